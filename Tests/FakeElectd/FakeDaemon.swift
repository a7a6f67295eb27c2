// SPDX-License-Identifier: Apache-2.0

public import Control
import Glibc
import Linux
import Synchronization
import SystemPackage

/// An electd that says what a test tells it to: real sockets, no elections.
///
/// It serves one connection after another on a thread of its own. What it answers is decided by a
/// closure that gets the number of the connection, from 0, and the call; so a test can tell what
/// happened before a reconnection from what happens after it.
public final class FakeDaemon: Sendable {
    /// What it does with a call, in order.
    public enum Step: Sendable {
        /// Sends bytes as they are.
        case send([UInt8])
        /// Closes the connection.
        case close
    }

    /// What to do with a call on a connection.
    public typealias Script = @Sendable (_ connection: Int, _ call: Call) -> [Step]

    /// The path of its socket.
    public let socket: String
    private let script: Script
    private let received = Mutex<[Call]>([])

    /// Every call so far, in order.
    public var calls: [Call] { received.withLock { $0 } }

    /// Begins to listen in a directory that exists.
    public init(in directory: String, _ script: @escaping Script) throws {
        socket = directory + "/electd.sock"
        self.script = script
        let listener = try UnixListener(path: socket)
        start(listener)
    }

    private func start(_ listener: consuming UnixListener) {
        let job = Job(daemon: self, listener: listener)
        var thread = pthread_t()
        let box = unsafe Unmanaged.passRetained(job).toOpaque()
        let result = unsafe pthread_create(&thread, nil, runJob, box)
        precondition(result == 0, "no thread for the fake daemon")
        pthread_detach(thread)
    }

    fileprivate func serve(_ listener: borrowing UnixListener) {
        for number in 0... {
            guard let stream = accept(listener) else { return }
            serve(stream, number)
        }
    }

    private func accept(_ listener: borrowing UnixListener) -> UnixStream? {
        var waiting = pollfd(fd: listener.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        while unsafe poll(&waiting, 1, -1) >= 0 {
            if let stream = try? listener.accept() { return stream }
        }
        return nil
    }

    private func serve(_ stream: consuming UnixStream, _ number: Int) {
        var splitter = FrameSplitter()
        var decoder = CallDecoder()
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case .bytes(let count) = stream.receive(into: &buffer, until: nil) {
            splitter.append(buffer[..<count])
            while let message = try? splitter.next() {
                guard let call = try? decoder.decode(message) else { return }
                received.withLock { $0.append(call) }
                for step in script(number, call) {
                    switch step {
                    case .send(let bytes): _ = stream.send(bytes, until: nil)
                    case .close: return
                    }
                }
            }
        }
    }
}

/// What the thread needs; a pthread takes one pointer.
private final class Job {
    let daemon: FakeDaemon
    let listener: UnixListener

    init(daemon: FakeDaemon, listener: consuming UnixListener) {
        self.daemon = daemon
        self.listener = listener
    }
}

private func runJob(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let pointer = unsafe pointer {
        let job = unsafe Unmanaged<Job>.fromOpaque(pointer).takeRetainedValue()
        job.daemon.serve(job.listener)
    }
    return nil
}
