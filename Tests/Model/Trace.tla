------------------------------- MODULE Trace -------------------------------
(* SPDX-License-Identifier: Apache-2.0                                      *)
(*                                                                          *)
(* A run of the code, held against the model.                               *)
(*                                                                          *)
(* Think of a chess score that is played over: each line must be a legal    *)
(* move in the position that the lines before have led to. A trace is the   *)
(* score (Steps), the model has the rules. Every step names an action and   *)
(* whatever it chose; the model takes exactly that one, if it may. If it    *)
(* may not, the play stops there and the end is never reached.              *)
(*                                                                          *)
(* A trace is a module that EXTENDS this one, and says TheSteps and TheWorld*)
(* (see README.md and the examples in Traces). It fits if TLC gets as deep   *)
(* as there are steps; the invariants of the model are checked on the way.  *)
EXTENDS Lease

CONSTANT Steps      (* what was seen, in order: a sequence of records       *)

VARIABLE at         (* which step is next                                   *)

(* The constants that are the same for every trace.                         *)
AnyName == 1..Names
OneRate == {1}

(* The decree on top of i's newest that the step says was proposed.         *)
Proposed(i, s) ==
    Append(rec[i].decided, [leader |-> s.leader, epoch |-> s.epoch, voters |-> s.voters])

(* Whether x may take the step s now, and what comes of it.                 *)
Take(s) ==
    CASE s.do = "tick" -> Elapse(s.by)
      [] s.do = "stand" ->
            /\ StandIfFree(s.node, s.ballot, s.longest)
            /\ PrepareOf(s.node, s.ballot, s.ids) \in msgs'.prepare \cup out'[s.node]
      [] s.do = "prepare" -> PrepareNext(s.node) /\ UNCHANGED timers
      [] s.do = "promise" ->
            \E m \in msgs.prepare :
                m.b = s.ballot /\ m.slot = s.slot /\ PromiseIfFree(s.node, m, s.longest)
      [] s.do = "propose" ->
            /\ ProposeAndAsk(s.node, s.ballot, s.lease)
            /\ [t |-> "accept", b |-> s.ballot, c |-> Proposed(s.node, s)] \in msgs'.accept
      [] s.do = "accept" ->
            \E m \in msgs.accept :
                m.b = s.ballot /\ Len(m.c) = s.slot /\ AcceptAndGrant(s.node, m, s.lease, s.longest)
      [] s.do = "choose" ->
            /\ Choose(s.node, s.ballot) /\ Withdraw(s.node)
            /\ Len(rec'[s.node].decided) = s.slot
      [] s.do = "learn" ->
            \E m \in msgs.decided :
                Len(m.c) = s.slot /\ Learn(s.node, m) /\ Withdraw(s.node)
      [] s.do = "heartbeat" -> Newest(s.node) = s.ballot /\ Heartbeat(s.node, s.lease)
      [] s.do = "hear" ->
            \E m \in msgs.heartbeat :
                m.b = s.ballot /\ m.slot = s.slot /\ m.g = s.lease /\ Hear(s.node, m, s.longest)
      [] s.do = "release" ->
            /\ Release(s.node)
            /\ [t |-> "release", b |-> s.ballot] \in msgs'.release
      [] s.do = "free" -> \E m \in msgs.release : m.b = s.ballot /\ HearRelease(s.node, m)
      [] s.do = "sync" ->
            (* It may be a write of what the model does not look at.        *)
            IF disk[s.node] = rec[s.node] /\ out[s.node] = {} THEN UNCHANGED vars
            ELSE LeaseSync(s.node)
      [] s.do = "restart" -> Restart(s.node)
      [] s.do = "wipe" -> Wipe(s.node) /\ UNCHANGED timers
      (* What the code claimed, and the model must agree to.                *)
      [] s.do = "leads" ->
            /\ s.node \in up /\ More(Worth(s.node), page[s.node]) >= s.left /\ s.left > 0
            /\ Last(Published(s.node)).epoch = s.epoch
            /\ UNCHANGED vars
      (* A sync stands where its record was made, and so may be ahead.      *)
      [] s.do = "publishes" ->
            /\ s.slot <= Len(Published(s.node)) /\ Published(s.node)[s.slot].epoch = s.epoch
            /\ UNCHANGED vars

TraceInit == LeaseInit /\ at = 1

TraceNext ==
    /\ at <= Len(Steps)
    /\ at' = at + 1
    /\ Take(Steps[at])

TraceSpec == TraceInit /\ [][TraceNext]_<<vars, at>>

=============================================================================
