// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Config

/// The format alone: what a line is, and where a value stands.
@Suite("The text of a configuration")
struct SettingsTextTests {
    private func read(_ text: String) -> SettingsText {
        SettingsText(Array(text.utf8), file: "a.conf")
    }

    private func values(_ text: String) -> [String] {
        read(text).assignments.map { "\($0.place.line) \($0.section).\($0.key)=\($0.value)" }
    }

    @Test("a value stands in its section and knows its line")
    func sections() {
        let text = "[One]\nA=1\n\n[Two]\n  B = two words \t\nA=\n[One]\nA=3\n"
        #expect(values(text) == ["2 One.A=1", "5 Two.B=two words", "6 Two.A=", "8 One.A=3"])
        #expect(read(text).sections.map(\.name) == ["One", "Two", "One"])
        #expect(read(text).problems.isEmpty)
    }

    @Test("comments and blank lines are nothing, also in the middle of a continued value")
    func comments() {
        let text = """
            # a comment \\
            ; and another
            [S]

            A=one \\
            # why two
              ; and why not
              two\\
            three
            B=x # y
            """
        #expect(values(text) == ["5 S.A=one two three", "10 S.B=x # y"])
    }

    @Test("a value may go on to the end of the file, or be ended by a blank line")
    func continuedToTheEnd() {
        #expect(values("[S]\nA=one \\") == ["2 S.A=one"])
        #expect(values("[S]\nA=one \\\n\nB=2") == ["2 S.A=one", "4 S.B=2"])
    }

    @Test("carriage returns and a byte order mark do no harm")
    func foreignEditors() {
        #expect(values("\u{FEFF}[S]\r\nA=1\r\nB=2 \\\r\n3\r\n") == ["2 S.A=1", "3 S.B=2 3"])
    }

    @Test(
        "a line that is nothing is reported with its line, and the next one is read",
        arguments: [
            ("[S]\nwhat\nA=1", "a.conf:2: 'what' is neither a [Section] nor a Key=value"),
            ("[S]\n=what\nA=1", "a.conf:2: '=what' is neither a [Section] nor a Key=value"),
            (
                "[]\n[S]\nA=1",
                "a.conf:1: '[]' is no section: write its name in brackets, as in [Node]"
            ),
            (
                "[T\n[S]\nA=1",
                "a.conf:1: '[T' is no section: write its name in brackets, as in [Node]"
            ),
            ("B=2\n[S]\nA=1", "a.conf:1: B= stands before the first [Section]"),
            ("[S]\nB=\0\nA=1", "a.conf:2: this line is not UTF-8 text"),
        ]
    )
    func problems(text: String, problem: String) {
        #expect(read(text).problems.map(\.description) == [problem])
        #expect(read(text).assignments.map(\.key) == ["A"])
    }

    @Test("bytes that are no text are reported")
    func notText() {
        let settings = SettingsText(Array("[S]\nA=".utf8) + [0xFF, 0x0A], file: "a.conf")
        #expect(settings.problems.map(\.description) == ["a.conf:2: this line is not UTF-8 text"])
    }

    @Test("quotes keep white space inside a word")
    func quotes() throws {
        #expect(try words(of: "a  b\tc") == ["a", "b", "c"])
        #expect(try words(of: #""a b" 'c "d' e"f"#) == ["a b", #"c "d"#, #"e"f"#])
        #expect(try words(of: #""a \" b" '' "#) == [#"a " b"#, ""])
        #expect(try words(of: "").isEmpty)
        #expect(throws: UnclosedQuote.self) { try words(of: "'a b") }
    }
}
