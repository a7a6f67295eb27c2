// SPDX-License-Identifier: Apache-2.0

import Config
import Control

/// What is wrong with electd.conf, or with what runs by it.
enum ConfigurationFinding: Finding, Equatable {
    /// A line, or the file, with the sentence of the parser.
    case wrong(String)
    /// The daemon runs under another name than the file has.
    case renamed(file: String, running: String)
    /// It is another cluster than the file has.
    case otherCluster(file: String, running: String)

    var word: String {
        switch self {
        case .wrong: "configuration-wrong"
        case .renamed: "configuration-renamed"
        case .otherCluster: "configuration-cluster"
        }
    }

    var isFault: Bool { true }

    var sentence: String {
        switch self {
        case .wrong(let sentence): sentence
        case .renamed(let file, let running):
            "Name= in [Node] is \(file), and this host is \(running) in its cluster"
        case .otherCluster(let file, let running):
            "Name= in [Cluster] is \(file), and the cluster of this host is \(running)"
        }
    }

    var step: String {
        switch self {
        case .wrong: "correct it, look with 'electd --check-config', then 'systemctl reload electd'"
        case .renamed: "put the old name back: the next start of electd would fail"
        case .otherCluster(_, let running):
            "write Name=\(running), which nothing else depends on; if this host is in the wrong "
                + "cluster, check Key=, Join= and the list of 'electctl init'"
        }
    }
}

/// Judges the configuration beside what runs.
func examine(
    _ configuration: Result<Configuration, ConfigurationError>,
    status: Status?
) -> Examination {
    switch configuration {
    case .failure(let error):
        let problems = error.problems.map { ConfigurationFinding.wrong($0.description) }
        return Examination("configuration", saw: "cannot be used", problems)
    case .success(let file):
        var findings: [ConfigurationFinding] = []
        if let status, status.selfName != file.nodeName {
            findings.append(.renamed(file: file.nodeName, running: status.selfName))
        }
        if let status, !status.clusterID.isEmpty, status.cluster != file.clusterName {
            findings.append(.otherCluster(file: file.clusterName, running: status.cluster))
        }
        let saw = "\(file.nodeName), \(file.role.rawValue) of \(file.clusterName)"
        return Examination("configuration", saw: saw, findings)
    }
}
