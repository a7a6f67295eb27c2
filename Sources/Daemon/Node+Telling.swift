// SPDX-License-Identifier: Apache-2.0

// What a node tells: the page and the files without being asked, the socket when it is asked, the
// operator in the journal. What is taken back is taken back in all of them before anything else.

internal import Control
internal import Election
internal import Linux
internal import Storage

extension Node {
    /// To be called first of all whenever the process may have slept: takes back what is over.
    func withdrawIfOver() {
        let now = Instant.now()
        if publisher.isOver(at: now) { withdraw(because: [], at: now) }
    }

    func withdraw(because events: some Sequence<Event>, at now: Instant = .now()) {
        let answer = replica.answer(at: now)
        publisher.withdraw(to: answer, at: now)
        writeFiles(at: now)
        control?.answerChanged()
        let cause = events.compactMap(\.cause).first ?? "expired"
        let text = "withdrawn: this host now says \(answer.standing)"
        tell(kind: "withdrawn", cause: cause, text: text)
    }

    /// Brings the page and, if the answer is another one, files and socket to what holds now.
    func publish() {
        let now = Instant.now()
        let before = publisher.published
        guard publisher.announce(replica.answer(at: now), at: now) else {
            if publisher.published != before { answerHasMoved = true }
            return
        }
        writeFiles(at: now)
        answerHasMoved = true
        reach(at: now)
    }

    private func writeFiles(at now: Instant) {
        let status = status(at: now)
        manager?.note(status)
        if let error = publisher.write(status, at: now) {
            say(.warning, "the status files cannot be written: \(error)")
        }
    }

    /// At the end of each turn: waits that are over, files that have grown old.
    func finishTurn() {
        let now = Instant.now()
        if publisher.refreshAt(lease) <= now { writeFiles(at: now) }
        for notice in network.dueNotices(at: now) { say(.warning, notice) }
        if let notice = dueJoinNotice(at: now) { say(.warning, notice) }
        if isRestarting, !writer.isBusy, replica.mayRestart(at: now) { exit = exit ?? .success }
        control?.attendToHolders(at: now)
        guard answerHasMoved else { return }
        answerHasMoved = false
        control?.answerChanged()
    }

    var lease: Span { settings.lease }

    /// What the cluster has agreed on.
    var settings: Settings { publisher.published.decree?.state.settings ?? Settings() }

    func tell(_ event: Event) {
        say(event.priority, event.description, event.fields)
        tell(kind: event.kind, cause: event.cause, text: event.description)
        switch event {
        case .answered(let id, let outcome): control?.answered(id, outcome)
        case .decided(let decree):
            checkName(of: decree)
            writeHistory(decree)
            reach(at: .now())
        case .stopped: exit = exit ?? .success
        case .removed: bury()
        case .storageFailed: exit = .failure
        case .olderImage: setAside()
        default: break
        }
    }

    /// The name in the file counts for who proposes the first decree alone. Where it is another one the
    /// operator may have meant another cluster.
    func checkName(of decree: Decree) {
        let (file, name) = (report.clusterName, decree.state.name)
        guard file != name, !hasSaidName else { return }
        hasSaidName = true
        say(
            .warning,
            "Name= in [Cluster] is \(file), and this host is in the cluster \(name): write that name, "
                + "or, if it is the wrong cluster, check Key=, Join= and the list of 'electctl init'"
        )
    }

    /// This host runs on an older image of its disk (R23a): it goes the way of a lost memory, and
    /// the next run begins with a new identity.
    private func setAside() {
        do throws(SystemError) {
            let ending = try state.directory.setAside()
            say(.error, "\(state.directory.path): its files now end in .\(ending)")
        } catch {
            say(.error, "\(error): remove the state directory before electd is started again")
        }
        exit = .failure
    }

    private func tell(kind: String, cause: String?, text: String) {
        sequence += 1
        guard let control, control.hasWatchers else { return }
        let status = status(at: .now())
        let reply = WatchReply(
            sequence: sequence,
            kind: kind,
            cause: cause ?? status.cause,
            text: text,
            status: status
        )
        control.tell(reply.reply(continues: true))
    }

    /// A line for the operator.
    func say(_ priority: Priority, _ text: String, _ fields: [JournalField] = []) {
        let cluster = publisher.published.decree?.state.name ?? report.clusterName
        journal.say(priority, text, fields + [JournalField("ELECTD_CLUSTER", cluster)])
    }
}

extension Node: ControlHost {
    func leader(at now: Instant) -> LeaderReply { report.leader(replica.answer(at: now)) }

    func leaderBytes(at now: Instant) -> [UInt8] {
        let answer = replica.answer(at: now)
        if let cached, cached.answer == answer { return cached.bytes }
        let bytes = report.leader(answer).reply()
        cached = (answer, bytes)
        return bytes
    }

    func status(at now: Instant) -> Status {
        report.status(
            replica.answer(at: now),
            replica.view(at: now),
            sequence: sequence,
            at: now
        )
    }

    var name: String { report.name }

    var handsOver: Bool { isStopping || replica.handsOver }

    func remark(_ text: String) { say(.warning, text) }

    func makeRequestID() -> RequestID { RequestID(requests.next()) }

    func ask(_ command: Command, force: Bool, id: RequestID) {
        step(.asked(.command(command, force: force, id: id)), at: .now())
    }
}
