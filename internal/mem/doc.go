// Package mem holds the large arrays of the simulator (synapses, rings,
// batched states) outside the Go heap, on huge pages.
//
// # Why
//
// The synapses of a network are written once and then read in no order that a
// processor could foresee. On 4 KiB pages nearly every row costs a miss of the
// address translation buffer; on 2 MiB pages delivery runs 1.1 to 1.9 times as
// fast. The Go heap gets huge pages only where the system gives them unasked.
// Besides, an array of 10 GB on the Go heap lets the garbage collector postpone
// its work until another 10 GB of garbage has piled up.
//
// # Use
//
//	weights := mem.Alloc[float32](synapses)
//	defer weights.Free()
//	w := weights.Slice()
//
// The memory is zeroed, starts at a multiple of 64 bytes (large blocks: of
// 2 MiB), and has Slack bytes of readable zeroes behind its end, so that a
// vector kernel may read past the last element.
//
// # The rule of ownership
//
// The garbage collector does not see a slice into a block. Whoever owns a
// Block keeps it for as long as the slice is in use, and frees it. Dropping the
// last copy of a Block frees it too, sooner or later: that is a net under a
// forgotten Free, not a licence. Hence a function that has only taken the
// slice out of a Block nobody else keeps must end with runtime.KeepAlive.
//
// Words32 is for those who do not want to own: its slice is ordinary garbage
// collected memory, with huge pages where the system has them.
//
// # Where
//
// Linux maps memory of its own for blocks of 1 MiB and more. Elsewhere, and
// for smaller blocks, Alloc is make with aligned ends.
package mem
