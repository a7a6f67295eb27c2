// SPDX-License-Identifier: Apache-2.0

/// White space and quotes in values: a list is words with white space between them, and quotes,
/// single or double, keep white space inside a word.

/// A value that opens a quote and does not close it.
struct UnclosedQuote: Error {}

/// The words of a list. Within quotes a backslash takes the next character as it is.
func words(of value: String) throws(UnclosedQuote) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in value {
        if isEscaped {
            word = (word ?? "") + String(character)
            isEscaped = false
        } else if let open = quote {
            switch character {
            case open: quote = nil
            case "\\": isEscaped = true
            default: word = (word ?? "") + String(character)
            }
        } else if word == nil, character == "\"" || character == "'" {
            word = ""
            quote = character
        } else if isBlank(character) {
            if let finished = word { words.append(finished) }
            word = nil
        } else {
            word = (word ?? "") + String(character)
        }
    }
    if quote != nil { throw UnclosedQuote() }
    if let word { words.append(word) }
    return words
}

/// The value without the quotes round the whole of it, if there are any.
func unquoted(_ value: String) throws(UnclosedQuote) -> String {
    guard let first = value.first, first == "\"" || first == "'" else { return value }
    let words = try words(of: value)
    return words.count == 1 ? words[0] : value
}

/// The text without white space at either end.
func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, isBlank(first) { text.removeFirst() }
    while let last = text.last, isBlank(last) { text.removeLast() }
    return text
}

private func isBlank(_ character: Character) -> Bool {
    character == " " || character == "\t" || character == "\r"
}
