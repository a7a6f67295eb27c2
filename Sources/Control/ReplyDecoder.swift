// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// One reply, as a client reads it.
public struct Reply<Content: Decodable> {
    /// The parameters.
    public var content: Content
    /// Whether more replies to the same call follow.
    public var continues: Bool

    /// Reads a message without its NUL.
    ///
    /// - Throws: the error that electd answered with, or `malformed` for what is no reply.
    public init(_ message: [UInt8]) throws(ControlError) {
        let envelope: Envelope<Content>
        do {
            envelope = try JSONDecoder().decode(Envelope<Content>.self, from: Data(message))
        } catch {
            throw .malformed("electd sent what this program cannot read; are both of one version?")
        }
        switch envelope.result {
        case .success(let content): self.content = content
        case .failure(let error): throw error
        }
        continues = envelope.continues
    }
}

/// The object round parameters: with a name in `error` they are those of an error.
private struct Envelope<Content: Decodable>: Decodable {
    var result: Result<Content, ControlError>
    var continues: Bool

    init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        continues = try object.decodeIfPresent(Bool.self, forKey: .continues) ?? false
        if let name = try object.decodeIfPresent(String.self, forKey: .error) {
            let parameters = try object.decodeIfPresent(
                ControlError.Parameters.self,
                forKey: .parameters
            )
            result = .failure(ControlError(name: name, parameters ?? ControlError.Parameters()))
        } else {
            result = .success(try object.decode(Content.self, forKey: .parameters))
        }
    }

    private enum CodingKeys: String, CodingKey {
        case parameters, error, continues
    }
}
