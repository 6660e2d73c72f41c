// Package wheel is the event queue of the scheduler: a timing wheel for the near future and a
// radix heap for everything beyond it.
//
// An event is a tick and a key. Events leave the queue in order of (tick, key), and time never
// runs backwards: pushing an event before the tick of the last event popped is a broken invariant.
// The key orders events within a tick, so the order of pushes never matters. That is what makes a
// run reproducible: two runs that push the same events in any order see them in the same order.
//
// The near wheel has one bucket per tick for the next [Horizon] ticks and a bitmap of the buckets
// in use; finding the next event after a long silence is a scan of the bitmap, not of the time
// between. Buckets are sorted when their tick comes. Events farther away wait in the overflow tier
// and are moved to the wheel as it comes near them. Pushing and popping is O(1) amortised, plus
// sorting within a tick. Nothing is allocated in steady state: buckets keep their capacity.
package wheel
