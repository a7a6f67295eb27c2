// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Config

/// Real files: drop-ins, modes, credentials.
@Suite("Configuration files and the cluster key")
struct FileTests {
    private let directory = TemporaryDirectory()

    private func sentence(_ body: () throws(ConfigurationError) -> Void) -> String {
        do {
            try body()
            Issue.record("nothing was refused")
            return ""
        } catch {
            return error.description.replacing(directory.path, with: "…")
        }
    }

    @Test("drop-ins are read after the main file, in the order of their names")
    func dropIns() throws {
        let main = directory.write("electd.conf", "[Cluster]\nName=c\n[Node]\nPriority=1\n")
        directory.make("electd.conf.d")
        directory.write("electd.conf.d/20-b.conf", "[Node]\nPriority=3\n")
        directory.write("electd.conf.d/10-a.conf", "[Node]\nPriority=2\nRole=witness\n")
        directory.write("electd.conf.d/30-c.conf.bak", "nonsense")
        directory.write("electd.conf.d/.40-d.conf", "nonsense")
        let configuration = try Configuration(readingFrom: main, hostName: "h")
        #expect(configuration.priority == 3 && configuration.role == .witness)
        let place = try #require(configuration.places[.priority])
        #expect(place.description == "\(main).d/20-b.conf:2")
    }

    @Test("problems of all files are told")
    func problems() {
        let main = directory.write("electd.conf", "[Cluster]\nName=c\nOops=1\n")
        directory.make("electd.conf.d")
        directory.write("electd.conf.d/a.conf", "[Node]\nRole=boss\n")
        let text = sentence { () throws(ConfigurationError) in
            _ = try Configuration(readingFrom: main, hostName: "h")
        }
        #expect(
            text == """
                …/electd.conf:3: [Cluster] has no key Oops=; its keys are Name, Key and Join
                …/electd.conf.d/a.conf:2: Role= 'boss' is no role; the roles are voter, observer and witness
                """
        )
    }

    @Test("a file that was named and is not there is said so")
    func missing() {
        let text = sentence { () throws(ConfigurationError) in
            _ = try Configuration(readingFrom: directory.path + "/no.conf", hostName: "h")
        }
        #expect(text == "…/no.conf: cannot be read: No such file or directory")
    }

    private let letters = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    @Test("a key is read from its file, or from the credential before it")
    func key() throws {
        let path = directory.write("cluster.key", letters + "\n", mode: 0o600)
        let key = try ClusterKey(path: path, credentialsDirectory: nil)
        #expect(key.bytes == Array(0..<32))
        #expect(key.base64Text == letters)
        #expect("\(key)" == "ClusterKey", "a key must not end in a log")
        directory.make("empty")
        let beside = directory.path + "/empty"
        #expect(try ClusterKey(path: path, credentialsDirectory: beside) == key)
        let passed = try ClusterKey(path: "/nonexistent", credentialsDirectory: directory.path)
        #expect(passed == key)
    }

    @Test(
        "a key that is none is refused with what to do",
        arguments: [
            (
                "AAEC", UInt32(0o600),
                "is no cluster key: it holds 3 bytes, and a key has exactly 32"
            ),
            (
                "not a key", UInt32(0o600),
                "is no cluster key: it must be one line of base64, as 'electctl key generate' writes it"
            ),
            ("", UInt32(0o600), "is no cluster key: it holds 0 bytes, and a key has exactly 32"),
            (
                String(repeating: "A", count: 5000), UInt32(0o600),
                "is no cluster key: it is far too long"
            ),
            (
                "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", UInt32(0o644),
                "others can read this cluster key (its mode is 0644): run 'chmod 600 …/k', and make a new key if somebody may have seen it"
            ),
        ]
    )
    func badKey(text: String, mode: UInt32, problem: String) {
        let path = directory.write("k", text, mode: mode)
        let said = sentence { () throws(ConfigurationError) in
            _ = try ClusterKey(path: path, credentialsDirectory: nil)
        }
        #expect(said == "…/k: \(problem)")
    }

    @Test("no key, and a directory in its place, have their own sentences")
    func noKey() {
        let missing = sentence { () throws(ConfigurationError) in
            _ = try ClusterKey(path: directory.path + "/k", credentialsDirectory: nil)
        }
        #expect(
            missing
                == "…/k: there is no cluster key here: copy the one that the other hosts have; for the first host make one with 'electctl key generate …/k'"
        )
        directory.make("d")
        let notAFile = sentence { () throws(ConfigurationError) in
            _ = try ClusterKey(path: directory.path + "/d", credentialsDirectory: nil)
        }
        #expect(notAFile == "…/d: is no cluster key: it is not a regular file")
    }

    @Test("base64 is that of the RFC, and only that")
    func base64Vectors() {
        // RFC 4648 section 10.
        let vectors = [
            "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==",
            "fooba": "Zm9vYmE=", "foobar": "Zm9vYmFy",
        ]
        for (plain, letters) in vectors {
            #expect(base64(Array(plain.utf8)) == letters)
            #expect(bytes(base64: letters.utf8) == Array(plain.utf8))
        }
        for wrong in ["Zg", "Zg=", "Z===", "====", "Zh==", "Zm9=", "Zg==Zg==", "Zm 9v", "Zm9-"] {
            #expect(bytes(base64: wrong.utf8) == nil, "\(wrong)")
        }
    }
}
