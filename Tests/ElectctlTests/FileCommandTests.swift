// SPDX-License-Identifier: Apache-2.0

import FakeElectd
import FoundationEssentials
import Testing

/// What electctl does by itself, with files and without a daemon.
@Suite("electctl and its files")
struct FileCommandTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("a wrong configuration is 78, and every problem has its line")
    func configuration() throws {
        let file = try directory.replace("c.conf", with: Array("[Cluster]\nNmae=x\nKey=y\n".utf8))
        #expect(
            try electctl("init --member db1=10.0.0.1 --config \(file)") == """
                electctl: \(file):2: [Cluster] has no key Nmae=; its keys are Name, Key and Join
                \(file):3: Key= 'y' must be an absolute path, one that begins with a slash
                \(file): the name of the cluster is missing: write Name= in [Cluster], the same on all hosts
                exit 78

                """
        )
    }

    @Test("a key is made once, for its owner alone, and never overwritten")
    func key() throws {
        let file = "\(directory.path)/cluster.key"
        #expect(
            try electctl("key generate \(file)")
                == "\(file) is made; copy it to the other hosts, and let nobody else read it\nexit 0\n"
        )
        let made = try Data(contentsOf: URL(filePath: file))
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(made.count == 45 && attributes[.posixPermissions] as? Int == 0o600)
        #expect(
            try electctl("key generate \(file)")
                == "electctl: \(file) exists: a key is never overwritten; move it away first\nexit 5\n"
        )
        #expect(try Data(contentsOf: URL(filePath: file)) == made)
        let (one, two) = (try electctl("key generate -"), try electctl("key generate -"))
        #expect(one != two && one.count == 52)
        #expect(
            try electctl("key generate --json \(file).2") == #"{"key_file":"\#(file).2"}"#
                + "\nexit 0\n"
        )
        let printed = try electctl("key generate --json -")
        #expect(
            printed.hasPrefix(#"{"key":""#) && printed.hasSuffix("=\"}\nexit 0\n"),
            "\(printed)"
        )
    }

    @Test("init says what it has made, to a script in JSON")
    func makes() throws {
        let key = "\(directory.path)/new.key"
        let state = "\(directory.path)/state"
        let text = "[Cluster]\nName=c\nKey=\(key)\n[Node]\nName=db1\n"
        let file = try directory.replace("init.conf", with: Array(text.utf8))
        let call = "init --member db1=10.0.0.1 --config \(file) --state-dir \(state) --json"
        func said(_ output: String) throws -> (made: Made, status: Substring) {
            let lines = output.split(separator: "\n")
            try #require(lines.count == 2, "\(output)")
            return (try JSONDecoder().decode(Made.self, from: Data(lines[0].utf8)), lines[1])
        }
        let first = try said(try electctl(call))
        #expect(first.status == "exit 0" && first.made.node.hasPrefix("db1"))
        #expect(first.made.state_dir == state && first.made.state_made)
        #expect(first.made.key_file == key && first.made.key_made)
        let again = try said(try electctl(call))
        #expect(again.status == "exit 0" && again.made.node == first.made.node)
        #expect(!again.made.state_made && !again.made.key_made)
        let other = try electctl("\(call) --member db2=10.0.0.2")
        #expect(
            other.hasPrefix("electctl: \(state) was prepared before") && other.hasSuffix("exit 5\n")
        )
    }

    /// What `init --json` prints.
    private struct Made: Decodable {
        let node, state_dir, key_file: String
        let state_made, key_made: Bool
    }

    @Test("recover --follow asks before a vote is given up, and says whose")
    func follow() throws {
        let key = "\(directory.path)/new.key"
        let state = "\(directory.path)/state"
        let text = "[Cluster]\nName=c\nKey=\(key)\nJoin=10.0.0.2\n[Node]\nName=db1\n"
        let file = try directory.replace("follow.conf", with: Array(text.utf8))
        let host = "--config \(file) --state-dir \(state)"
        _ = try electctl("init --member db1=10.0.0.1 --member db2=10.0.0.2 \(host)")
        let identity = try Data(contentsOf: URL(filePath: "\(state)/identity"))
        let alone = try electctl("recover --follow \(host) </dev/null")
        #expect(alone.hasSuffix("say --yes as well\nexit 2\n"), "\(alone)")
        let refused = try electctl("recover --follow \(host)", typing: "no")
        #expect(refused.contains(" gives up its part in founding a cluster"), "\(refused)")
        #expect(refused.hasSuffix("nothing was changed\nexit 5\n"), "\(refused)")
        #expect(try Data(contentsOf: URL(filePath: "\(state)/identity")) == identity)
        let done = try electctl("recover --follow \(host)", typing: "yes")
        #expect(done.contains("now end in .lost.1") && done.hasSuffix("exit 0\n"), "\(done)")
        let nothing = try electctl("recover --follow \(host) </dev/null")
        #expect(nothing.hasSuffix("nothing was changed\nexit 0\n"), "nothing to ask: \(nothing)")
    }
}
