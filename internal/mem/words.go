package mem

import "unsafe"

// Words32 returns n zeroed words of garbage collected memory, aligned and with
// Slack as in a Block, and on huge pages where the system has them on demand:
// the shape of packed synapses without the duty to free them. It panics if n is
// negative or impossible, as make does.
//
// Unlike a Block the slice counts towards the Go heap, whose garbage may grow to
// the size of what is alive (GOGC=100) before it is collected.
func Words32(n int) []uint32 {
	w := alignedHeap[uint32](n)
	if size := uintptr(n) * 4; size >= mapFrom {
		adviseHuge(region{unsafe.Pointer(&w[0]), size})
	}
	return w
}
