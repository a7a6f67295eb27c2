------------------------------- MODULE Chain -------------------------------
(* SPDX-License-Identifier: Apache-2.0                                      *)
(*                                                                          *)
(* The decree chain: Paxos, one slot open at a time.                        *)
(*                                                                          *)
(* Think of a rope that is knotted by a changing crew. Each knot (decree)   *)
(* says who may tie the next one. A knot holds once a majority of the crew  *)
(* named by the knot before has pulled it tight, and whoever finds a loose  *)
(* knot must tighten that one before tying another. So there is one rope    *)
(* and not two, although anybody may fall asleep (crash), forget what was   *)
(* not written down (lazy writes), or be replaced by a stranger who bears   *)
(* the same name (a wiped disk).                                            *)
(*                                                                          *)
(* A decree names its predecessor by digest, and thereby its whole past.    *)
(* Here it simply IS its past: a decree is a sequence of states, its slot   *)
(* is the length, and "one chain" reads: of two chosen ones of one length   *)
(* there is but one. Time and leases are in the module Lease, which lays    *)
(* its own conditions over the actions of this one.                         *)
(*                                                                          *)
(* Messages are never taken out of `msgs`: that they may be lost is that    *)
(* nobody need take one, and doubled, late or reordered ones come free.     *)
(* R-numbers are those of the protocol's rules.                             *)
EXTENDS Naturals, Sequences, FiniteSets, TLC

CONSTANTS
    Names,      (* how many names there are: 1..Names                       *)
    Spares,     (* how many of them, the last ones, are not on the founders'
                   list: they take part once a decree makes them voters     *)
    Wipes,      (* how often each name's disk may be lost                   *)
    Ballots,    (* the ballots that may be taken, see Owner                 *)
    MaxSlot,    (* no decree is proposed above this slot                    *)
    MaxCrash,   (* how many crashes there are, of all nodes together        *)
    Mortal,     (* the names that may crash, or lose their disk             *)
    VoterSets,  (* whom a new decree may make voters, besides those before  *)
    Transfers,  (* whether a proposer may name any leader, not only itself  *)
    Founded,    (* whether decree 1 is known to all from the start          *)
    Rejoin,     (* "join" or "bootstrap": what a new disk takes itself for  *)
    Eager,      (* TRUE: what an answer rests on is written in one step with
                   it; FALSE: the answer waits in `out` for the write       *)
    Lean,       (* TRUE: steps that change nothing are left out, and what may
                   be sent is sent before anything else happens. Nothing is
                   missed by that: a message only adds to what may happen   *)
    Mut         (* the one rule that is switched off, or "none"             *)

(****************************************************************************)
(* Who there is. R2: an identity is a name and an incarnation. Identity i   *)
(* bears the name ((i-1) mod Names) + 1; its successor on the same host,    *)
(* after the disk is lost, is i + Names. R3: a ballot is a number, and the  *)
(* identities take turns in owning them, so that the order is total.        *)
(****************************************************************************)
Node == 1..(Names * (1 + Wipes))
Name(i) == ((i - 1) % Names) + 1
Founders == 1..(Names - Spares)
Owner(b) == ((b - 1) % (Names * (1 + Wipes))) + 1

Blank == <<>>                         (* no decree                          *)
Nothing == [b |-> 0, c |-> Blank]     (* nothing accepted                   *)
Last(c) == c[Len(c)]
Front(c) == SubSeq(c, 1, Len(c) - 1)
Max(S) == CHOOSE k \in S : \A l \in S : l <= k
IsMajority(Q, V) == Q \subseteq V /\ 2 * Cardinality(Q) > Cardinality(V)

(* The decree that all know where the genesis is not part of the story.     *)
Root == << [leader |-> 1, epoch |-> 1, voters |-> Founders] >>

VARIABLES
    rec,      (* in memory. decided: newest decree known to be chosen;
                 promised: nothing below it is taken; accepted: (ballot,
                 decree) for the slot after `decided`; longest: the longest
                 lease ever granted (R7)                                    *)
    disk,     (* the same as it was written last, whole (R4)                *)
    mine,     (* the ballots of this run; a restart forgets them (R3)       *)
    out,      (* answers that wait for the disk (R4); empty where Eager     *)
    msgs,     (* all messages ever sent, by their kind                      *)
    up,       (* the living identities, one a name                          *)
    crashes   (* how many crashes there were, to bound them                 *)

chain == <<rec, disk, mine, out, msgs, up, crashes>>

Empty == [decided |-> Blank, promised |-> 0, accepted |-> Nothing, longest |-> 0]

Kinds == {"prepare", "promise", "accept", "accepted", "decided", "heartbeat", "release"}
Sent(M) == IF M = {} THEN msgs ELSE [k \in Kinds |-> msgs[k] \cup { m \in M : m.t = k }]

Init ==
    /\ rec = [x \in Node |-> IF Founded THEN [Empty EXCEPT !.decided = Root] ELSE Empty]
    /\ disk = rec
    /\ mine = [x \in Node |-> {}]
    /\ out = [x \in Node |-> {}]
    /\ msgs = [k \in Kinds |-> {}]
    /\ up = 1..Names
    /\ crashes = 0

Slot(x) == Len(rec[x].decided)
Newest(i) == Max(mine[i])
(* R11: whoever of the last decree's voters. In slot 1 the founders.        *)
IsVoter(x) == Slot(x) > 0 /\ x \in Last(rec[x].decided).voters
(* R10, R20: only a disk made by the operator's own act helps to found.     *)
IsFounder(x) == Slot(x) = 0 /\ (x \in Founders \/ Rejoin = "bootstrap")
(* Who decides this decree: the voters of the one before (R12).             *)
Choosers(c) == IF Len(c) = 1 THEN Last(c).voters ELSE c[Len(c) - 1].voters

(****************************************************************************)
(* Durability.                                                              *)
(****************************************************************************)
(* Whether these fields of the record r are on x's disk as they are.        *)
OnDisk(x, r, fields) == \A f \in fields : r[f] = disk[x][f]

(* R4: x's record becomes r, and the answers in M leave when the fields     *)
(* that they rest on are on disk. A record is always written whole.         *)
Answer(x, r, fields, M) ==
    /\ rec' = [rec EXCEPT ![x] = r]
    /\ IF OnDisk(x, r, fields) THEN
           msgs' = Sent(M) /\ UNCHANGED <<disk, out>>
       ELSE IF Mut = "answerDuplicate" /\ r = rec[x] THEN
           msgs' = Sent(M) /\ UNCHANGED <<disk, out>>
       ELSE IF Eager THEN
           /\ disk' = [disk EXCEPT ![x] = r]
           /\ msgs' = Sent(M)
           /\ UNCHANGED out
       ELSE
           /\ out' = [out EXCEPT ![x] = @ \cup M]
           /\ UNCHANGED <<disk, msgs>>

(* R5: a decree is learnt lazily, but the first one of an incarnation is    *)
(* written at once. (So is any when no crash is left to tell the            *)
(* difference: the disk is read by nothing else. Where writing takes its    *)
(* time, "at once" is the next Sync.)                                       *)
Keep(x, r, M) ==
    /\ rec' = [rec EXCEPT ![x] = r]
    /\ IF crashes = MaxCrash \/ (Eager /\ Slot(x) = 0 /\ Mut # "lazyFirst") THEN
           /\ disk' = [disk EXCEPT ![x] = r]
           /\ msgs' = Sent(M \cup out[x])
           /\ out' = [out EXCEPT ![x] = {}]
       ELSE
           msgs' = Sent(M) /\ UNCHANGED <<disk, out>>

(* The write that was under way, or a lazy one, reaches the disk.           *)
Sync(x) ==
    /\ x \in up
    /\ disk[x] # rec[x] \/ out[x] # {}
    /\ disk' = [disk EXCEPT ![x] = rec[x]]
    /\ msgs' = Sent(out[x])
    /\ out' = [out EXCEPT ![x] = {}]
    /\ UNCHANGED <<rec, mine, up, crashes>>

(* A crash and the next start. What was in memory only is gone, the answers *)
(* that waited were never sent, and no ballot of the run is used again.     *)
Crash(x) ==
    /\ x \in up /\ Name(x) \in Mortal
    /\ crashes < MaxCrash
    /\ crashes' = crashes + 1
    /\ rec' = [rec EXCEPT ![x] = disk[x]]
    /\ mine' = [mine EXCEPT ![x] = {}]
    /\ out' = [out EXCEPT ![x] = {}]
    /\ UNCHANGED <<disk, msgs, up>>

(* The disk is lost: the identity is silent for ever, another one takes the *)
(* name and begins blank (R2, R20).                                         *)
Wipe(x) ==
    /\ x \in up /\ Name(x) \in Mortal
    /\ x + Names \in Node
    /\ up' = (up \ {x}) \cup {x + Names}
    /\ rec' = [rec EXCEPT ![x] = Empty]
    /\ disk' = [disk EXCEPT ![x] = Empty]
    /\ mine' = [mine EXCEPT ![x] = {}]
    /\ out' = [out EXCEPT ![x] = {}]
    /\ UNCHANGED <<msgs, crashes>>

(****************************************************************************)
(* Phase 1.                                                                 *)
(****************************************************************************)
(* R10: what a canvass for slot 1 can have found: one identity a name, each *)
(* born already. That it also answered "blank" proves nothing (R19), so it  *)
(* is not asked here.                                                       *)
FoundersFor(i) ==
    { S \in SUBSET {x \in Node : \E y \in up : Name(y) = Name(x) /\ x <= y} :
        /\ i \in S
        /\ Cardinality(S) = Cardinality(Founders)
        /\ {Name(x) : x \in S} = Founders }

PrepareOf(i, b, ids) ==
    [t |-> "prepare", b |-> b, slot |-> Slot(i) + 1, ids |-> ids]

(* R3: i takes a ballot higher than any in its record; it is on its disk as *)
(* its own promise before the first Prepare leaves.                         *)
Stand(i, b, longest) ==
    /\ i \in up
    /\ Owner(b) = i
    /\ b > rec[i].promised
    /\ IsVoter(i) \/ IsFounder(i)
    /\ mine' = [mine EXCEPT ![i] = @ \cup {b}]
    /\ \E ids \in IF Slot(i) = 0 THEN FoundersFor(i) ELSE {{}} :
           Answer(i, [rec[i] EXCEPT !.promised = b, !.longest = longest],
                  {"promised"}, {PrepareOf(i, b, ids)})
    /\ UNCHANGED <<up, crashes>>

(* R13: after a decree, the same ballot is prepared for the next slot with  *)
(* those whose promise is missing.                                          *)
MayPrepare(i) ==
    /\ i \in up /\ mine[i] # {} /\ Slot(i) > 0
    /\ PrepareOf(i, Newest(i), {}) \notin msgs.prepare \cup out[i]

PrepareNext(i) ==
    /\ MayPrepare(i)
    /\ Answer(i, rec[i], {"promised"}, {PrepareOf(i, Newest(i), {})})
    /\ UNCHANGED <<mine, up, crashes>>

(* R9, R10: x promises to take nothing below m.b, and reports what it holds *)
(* for the open slot. Who founds looks for itself in the list.              *)
PromiseOf(x, m) ==
    [t |-> "promise", b |-> m.b, slot |-> m.slot, from |-> x,
     acc |-> IF m.slot = Slot(x) + 1 THEN rec[x].accepted ELSE Nothing]

Promise(x, m, longest) ==
    /\ x \in up
    /\ m.b >= rec[x].promised
    /\ \/ m.slot = Slot(x) + 1
       \/ Mut = "promiseDecided" /\ m.slot <= Slot(x)
    /\ IF m.slot = 1 THEN IsFounder(x) /\ (x \in m.ids \/ Mut = "noIdList")
       ELSE IsVoter(x)
    /\ Lean => m.b # rec[x].promised \/ PromiseOf(x, m) \notin msgs.promise \cup out[x]
    /\ Answer(x,
              [rec[x] EXCEPT !.promised = m.b, !.longest = longest],
              IF Mut = "promiseNoSync" THEN {} ELSE {"promised", "accepted", "decided"},
              {PromiseOf(x, m)})
    /\ UNCHANGED <<mine, up, crashes>>

(* R13: who promised b for slot s or an earlier one.                        *)
Promisers(b, s) ==
    { m.from : m \in { n \in msgs.promise : n.b = b /\ n.slot <= s } }

(* R14 (i): those of them that held nothing older for slot s then.          *)
Unbound(b, s) ==
    { m.from : m \in { n \in msgs.promise :
        n.b = b /\ (n.slot < s \/ (n.slot = s /\ n.acc.b \in {0, b})) } }

(* The accepted values that Q reports for slot s.                           *)
Reported(Q, b, s) ==
    { m.acc : m \in { n \in msgs.promise :
        n.b = b /\ n.slot = s /\ n.from \in Q \ Unbound(b, s) } }

(* The founders that b's Prepare listed.                                    *)
ListedFor(b) == UNION { m.ids : m \in { n \in msgs.prepare : n.b = b } }

(* The sets of promisers that complete Phase 1 of b for i's open slot: a    *)
(* majority of the voters (R13), in slot 1 all that were listed (R10).      *)
Prepared(i, b) ==
    LET s == Slot(i) + 1
        have == Promisers(b, s)
    IN  IF s = 1 THEN
            IF Mut = "noIdList" THEN
                { Q \in SUBSET have :
                    Cardinality(Q) = Cardinality(Founders) /\ {Name(x) : x \in Q} = Founders }
            ELSE IF Mut = "genesisMajority" THEN
                { Q \in SUBSET have : IsMajority(Q, ListedFor(b)) }
            ELSE IF ListedFor(b) \subseteq have /\ ListedFor(b) # {} THEN {ListedFor(b)} ELSE {}
        ELSE
            LET voters == IF Mut = "noReprepare" THEN Founders ELSE Last(rec[i].decided).voters
            IN  { Q \in SUBSET (have \cap voters) : IsMajority(Q, voters) }

(****************************************************************************)
(* Phase 2.                                                                 *)
(****************************************************************************)
(* What i may propose of its own: the whole state. R21: it names a leader   *)
(* who votes; the epoch grows with each change of the leader (R13).         *)
Own(i, Q, b) ==
    LET old == rec[i].decided IN
    IF old = Blank THEN
        LET all == IF Mut = "genesisMajority" THEN ListedFor(b) ELSE Q
        IN  { << [leader |-> i, epoch |-> 1, voters |-> V] >>
                : V \in {all} \cup { W \in VoterSets : i \in W /\ W \subseteq all } }
    ELSE
        { Append(old, [leader |-> l,
                       epoch |-> Last(old).epoch
                                 + (IF l = Last(old).leader \/ Mut = "sameEpoch" THEN 0 ELSE 1),
                       voters |-> V])
            : <<l, V>> \in { p \in Node \X (VoterSets \cup {Last(old).voters}) :
                /\ p[1] \in p[2]
                /\ Transfers \/ p[1] = i \/ i \notin p[2] } }

(* R13: under the newest ballot of the run, once Phase 1 is complete: the   *)
(* reported value of the highest ballot, else one's own; one value a slot.  *)
Propose(i, b) ==
    /\ i \in up
    /\ mine[i] # {} /\ b = Newest(i)
    /\ Slot(i) < MaxSlot
    /\ Mut # "reuseBallot" =>
           ~ \E m \in msgs.accept : m.b = b /\ Len(m.c) = Slot(i) + 1
    /\ \E Q \in Prepared(i, b) :
           LET found == IF Mut = "ignoreAccepted" THEN {} ELSE Reported(Q, b, Slot(i) + 1)
               values == IF found = {} THEN Own(i, Q, b)
                         ELSE { (CHOOSE v \in found : \A w \in found : w.b <= v.b).c }
           IN  \E c \in values : msgs' = Sent({[t |-> "accept", b |-> b, c |-> c]})
    /\ UNCHANGED <<rec, disk, mine, out, up, crashes>>

(* A mutation's action, R12 broken: a proposer that does not wait until     *)
(* decree s is chosen proposes for s + 1 on top of what it merely proposed. *)
ProposeAhead(i, b) ==
    /\ Mut = "staleVoters"
    /\ i \in up /\ b \in mine[i]
    /\ \E m \in msgs.accept, V \in VoterSets :
           /\ m.b = b /\ Len(m.c) = Slot(i) + 1 /\ Len(m.c) < MaxSlot
           /\ msgs' = Sent({[t |-> "accept", b |-> b,
                             c |-> Append(m.c, [Last(m.c) EXCEPT !.voters = V])]})
    /\ UNCHANGED <<rec, disk, mine, out, up, crashes>>

(* R11: x accepts for its open slot, on top of the very decree it knows.    *)
(* `longest` is the lease's part of the record.                             *)
MayAccept(x, m) ==
    /\ x \in up
    /\ m.b >= rec[x].promised \/ Mut = "acceptLower"
    /\ \/ Len(m.c) = Slot(x) + 1 /\ Front(m.c) = rec[x].decided
       \/ Mut = "staleVoters" /\ Len(m.c) > Slot(x) + 1
    /\ IF Slot(x) = 0 THEN x \in Last(m.c).voters ELSE IsVoter(x)

Accept(x, m, longest) ==
    /\ MayAccept(x, m)
    /\ Answer(x,
              [rec[x] EXCEPT !.promised = IF m.b > @ THEN m.b ELSE @,
                             !.accepted = [b |-> m.b, c |-> m.c],
                             !.longest = longest],
              IF Mut = "acceptNoSync" THEN {} ELSE {"promised", "accepted", "longest"},
              {[t |-> "accepted", b |-> m.b, c |-> m.c, from |-> x]})
    /\ UNCHANGED <<mine, up, crashes>>

AcceptedBy(b, c) ==
    { m.from : m \in { n \in msgs.accepted : n.b = b /\ n.c = c } }

(* R6: what was accepted is of a slot that is over.                         *)
Knowing(x, c) == [rec[x] EXCEPT !.decided = c, !.accepted = Nothing]

(* R12: i, in the run that owns b, counts a majority of the voters of the   *)
(* decree before; it knows first, and then tells.                           *)
Choose(i, b) ==
    /\ i \in up
    /\ b \in mine[i] \/ Mut = "acceptedBroadcast"
    /\ \E m \in msgs.accept :
           /\ m.b = b /\ Len(m.c) = Slot(i) + 1
           /\ Front(m.c) = rec[i].decided
           /\ IsMajority(AcceptedBy(b, m.c) \cap Choosers(m.c), Choosers(m.c))
           /\ Keep(i, Knowing(i, m.c), {[t |-> "decided", c |-> m.c]})
    /\ UNCHANGED <<mine, up, crashes>>

(* R6: x hears of a newer decree from one who knows; it may be far newer.   *)
Learn(x, m) ==
    /\ x \in up
    /\ Len(m.c) > Slot(x)
    /\ Keep(x, Knowing(x, m.c), {})
    /\ UNCHANGED <<mine, up, crashes>>

(****************************************************************************)
(* All together.                                                            *)
(****************************************************************************)
Act ==
    \/ \E x \in up :
           \/ Sync(x) \/ Crash(x) \/ Wipe(x)
           \/ \E m \in msgs.prepare : Promise(x, m, 0)
           \/ \E m \in msgs.accept : Accept(x, m, 0)
           \/ \E m \in msgs.decided : Learn(x, m)
    \/ \E b \in Ballots :
           LET i == Owner(b) IN
           \/ Slot(i) < MaxSlot /\ Stand(i, b, 0)
           \/ Propose(i, b) \/ ProposeAhead(i, b) \/ Choose(i, b)

MaySend(i) == Slot(i) < MaxSlot /\ MayPrepare(i)

Next ==
    \/ \E i \in up : MaySend(i) /\ PrepareNext(i)
    \/ (Lean => \A i \in up : ~MaySend(i)) /\ Act

Spec == Init /\ [][Next]_chain

(****************************************************************************)
(* What must hold.                                                          *)
(****************************************************************************)
(* Chosen, in truth, whether or not anybody knows.                          *)
Chosen ==
    (IF Founded THEN {Root} ELSE {}) \cup
    { m.c : m \in { n \in msgs.accept :
        IsMajority(AcceptedBy(n.b, n.c) \cap Choosers(n.c), Choosers(n.c)) } }

(* One decree a slot, and with it one past.                                 *)
AgreementOf(all) == \A c, d \in all : Len(c) = Len(d) => c = d

(* A decree is chosen on top of a chosen one, never beside it.              *)
ChainOrderOf(all) == \A c \in all : Len(c) > 1 => Front(c) \in all

(* What a node takes for decided is chosen.                                 *)
DecidedIsChosenOf(all) == \A x \in up : Slot(x) > 0 => rec[x].decided \in all

(* An epoch has one leader, and epochs never go down.                       *)
EpochUniqueOf(all) ==
    \A c, d \in all :
        /\ Last(c).epoch = Last(d).epoch => Last(c).leader = Last(d).leader
        /\ Len(c) <= Len(d) => Last(c).epoch <= Last(d).epoch

(* What is chosen takes long to work out: once for all four is quicker. The *)
(* mutations ask for each by its name, to tell which of them breaks.        *)
OneChain ==
    LET all == Chosen IN
    /\ AgreementOf(all) /\ ChainOrderOf(all)
    /\ DecidedIsChosenOf(all) /\ EpochUniqueOf(all)
Agreement == LET all == Chosen IN AgreementOf(all)
ChainOrder == LET all == Chosen IN ChainOrderOf(all)
DecidedIsChosen == LET all == Chosen IN DecidedIsChosenOf(all)
EpochUnique == LET all == Chosen IN EpochUniqueOf(all)

(* R5 (b): what a node publishes is on its disk ...                         *)
Published(x) == IF Mut = "publishLazy" THEN rec[x].decided ELSE disk[x].decided

(* ... so it never goes back, as long as the incarnation lives.             *)
NeverBack(old, new) == Len(new) >= Len(old)
PublishedMonotone ==
    [][\A x \in up \cap up' : NeverBack(Published(x), Published(x)')]_chain

(****************************************************************************)
(* Bounds that a configuration may name as its CONSTRAINT.                  *)
(****************************************************************************)
(* The fault assumption of an automatic bootstrap: once decree 1 is chosen  *)
(* the present incarnation of some initial name holds it on disk.           *)
Held ==
    (\E c \in Chosen : Len(c) = 1) =>
        \E x \in up : disk[x].decided # Blank \/ disk[x].accepted.c \in Chosen

=============================================================================
