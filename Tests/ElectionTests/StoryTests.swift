// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Every story in `testdata`: a paragraph, a drawing, then commands and what came of them.
///
/// `REWRITE=1 swift test --filter StoryTests` writes down what comes of them now; the difference is
/// what there is to review.
@Suite struct StoryTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "testdata")

    static let stories: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".txt") }.sorted()
    }()

    @Test("there are stories")
    func present() {
        #expect(Self.stories.count >= 10)
    }

    @Test("a story opens with a paragraph and a drawing", arguments: stories)
    func opens(name: String) throws {
        let file = Self.folder.appending(path: name)
        let story = Story(try String(contentsOf: file, encoding: .utf8))
        #expect(story.lacks == nil, sourceLocation: location(file, 1))
    }

    @Test("what opens otherwise is refused, though it is drawn or told later")
    func opensOtherwise() {
        let told = "# n1 dies.\n"
        let drawn = "#   n1 ──✕\n"
        let played = "\ncrash n1\n----\n"
        #expect(Story(told + "#\n" + drawn + played).lacks == nil)
        #expect(Story(drawn + played).lacks == "a paragraph")
        #expect(Story(told + played).lacks == "a drawing")
        #expect(Story(told + "#\n" + played + "\n" + drawn + "settle\n----\n").lacks == "a drawing")
        #expect(Story(played).lacks == "a paragraph")
    }

    @Test("the story goes as it is written", arguments: stories)
    func plays(name: String) throws {
        let file = Self.folder.appending(path: name)
        let story = Story(try String(contentsOf: file, encoding: .utf8))
        let stage = Stage()
        var rewritten: [String] = story.opening
        for scene in story.scenes {
            stage.lines = []
            for command in scene.commands {
                do {
                    try stage.play(command)
                } catch {
                    Issue.record(
                        "\(command): \(error)",
                        sourceLocation: location(file, scene.line)
                    )
                    return
                }
            }
            rewritten += scene.commands + ["----"] + stage.lines + [""]
            if ProcessInfo.processInfo.environment["REWRITE"] == nil {
                compare(stage.lines, with: scene, in: file)
            }
        }
        if ProcessInfo.processInfo.environment["REWRITE"] != nil {
            while rewritten.last == "" { rewritten.removeLast() }
            try (rewritten.joined(separator: "\n") + "\n")
                .write(to: file, atomically: true, encoding: .utf8)
        }
    }

    /// Points at the first line of the file that is not as it is written.
    private func compare(_ lines: [String], with scene: Story.Scene, in file: URL) {
        guard lines != scene.outcome else { return }
        var at = 0
        while at < lines.count, at < scene.outcome.count, lines[at] == scene.outcome[at] { at += 1 }
        let written = at < scene.outcome.count ? scene.outcome[at] : "(nothing more)"
        let came = at < lines.count ? lines[at] : "(nothing more)"
        Issue.record(
            "written: \(written)\n   came: \(came)",
            sourceLocation: location(file, scene.outcomeLine + at)
        )
    }

    private func location(_ file: URL, _ line: Int) -> SourceLocation {
        SourceLocation(
            fileID: "ElectionTests/\(file.lastPathComponent)",
            filePath: file.path,
            line: line,
            column: 1
        )
    }
}

/// A story's file, taken apart.
struct Story {
    /// A few commands and what comes of them.
    struct Scene {
        var commands: [String] = []
        var outcome: [String] = []
        var line = 0
        var outcomeLine = 0
    }

    var opening: [String] = []
    var scenes: [Scene] = []

    /// What a reader looks for above the first command and does not find there. A drawing is set off
    /// from the paragraph by three blanks.
    var lacks: String? {
        let drawing = "#   "
        if !opening.contains(where: { $0.hasPrefix("# ") && !$0.hasPrefix(drawing) }) {
            return "a paragraph"
        }
        return opening.contains { $0.hasPrefix(drawing) } ? nil : "a drawing"
    }

    init(_ text: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        var at = 0
        while at < lines.count, lines[at].isEmpty || lines[at].hasPrefix("#") {
            opening.append(lines[at])
            at += 1
        }
        while at < lines.count {
            var scene = Scene(line: at + 1)
            while at < lines.count, lines[at] != "----", !lines[at].isEmpty {
                scene.commands.append(lines[at])
                at += 1
            }
            if at < lines.count, lines[at] == "----" { at += 1 }
            scene.outcomeLine = at + 1
            while at < lines.count, !lines[at].isEmpty {
                scene.outcome.append(lines[at])
                at += 1
            }
            while at < lines.count, lines[at].isEmpty { at += 1 }
            if !scene.commands.isEmpty { scenes.append(scene) }
        }
    }
}
