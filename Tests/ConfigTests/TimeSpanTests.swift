// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Config

@Suite("Lengths of time as systemd writes them")
struct TimeSpanTests {
    @Test(
        "numbers with units add up",
        arguments: [
            ("500ms", Duration.milliseconds(500)),
            ("2s", .seconds(2)),
            ("2", .seconds(2)),
            ("0", .zero),
            ("1min 30s", .seconds(90)),
            ("1min30s", .seconds(90)),
            ("5min", .seconds(300)),
            ("1.5s", .milliseconds(1500)),
            ("0.25ms", .microseconds(250)),
            ("1h 1 minute", .seconds(3660)),
            ("2d", .seconds(172_800)),
            ("20us", .microseconds(20)),
            ("7ns", .nanoseconds(7)),
            (" 3 msec ", .milliseconds(3)),
        ]
    )
    func read(text: String, span: Duration) throws {
        #expect(try Duration(timeSpan: text) == span)
    }

    @Test(
        "what is no length of time is refused with the reason",
        arguments: [
            ("", TimeSpanError.notANumber("")),
            ("soon", .notANumber("soon")),
            ("-5s", .notANumber("-5s")),
            ("1.s", .notANumber("1.s")),
            ("5 parsecs", .unknownUnit("5 parsecs")),
            ("5 S", .unknownUnit("5 S")),
            ("5ms,", .notANumber("5ms,")),
            ("400000d", .tooLong("400000d")),
            ("99999999999999999999s", .tooLong("99999999999999999999s")),
        ]
    )
    func refused(text: String, error: TimeSpanError) {
        #expect(throws: error) { try Duration(timeSpan: text) }
    }

    @Test(
        "what is printed can be read again",
        arguments: [
            (Duration.milliseconds(500), "500ms"), (.seconds(90), "1min 30s"), (.zero, "0"),
            (.seconds(90_061), "1d 1h 1min 1s"), (.nanoseconds(1_002_003), "1ms 2us 3ns"),
        ]
    )
    func printed(span: Duration, text: String) throws {
        #expect(span.timeSpan == text)
        #expect(try Duration(timeSpan: text) == span)
    }

    @Test("a negative span prints with a sign")
    func negative() {
        #expect((Duration.zero - .seconds(2)).timeSpan == "-2s")
    }
}
