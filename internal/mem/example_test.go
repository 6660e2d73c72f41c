package mem_test

import (
	"fmt"

	"couplet/internal/mem"
)

// The synapses of a network: asked for before, owned, and given back.
func Example() {
	const synapses = 1_000_000
	if room, ok := mem.Available(); ok && room < 4*synapses {
		fmt.Println("needs", mem.FormatBytes(4*synapses), "but has", mem.FormatBytes(room))
		return
	}
	weights := mem.Alloc[float32](synapses)
	defer weights.Free()

	w := weights.Slice() // valid until Free
	w[synapses-1] = 0.1
	fmt.Println(len(w), w[0], w[synapses-1], mem.FormatBytes(weights.Bytes()))
	// Output:
	// 1000000 0 0.1 3.8 MiB
}

func ExampleFormatBytes() {
	for _, n := range []uint64{512, 1536, 6_657_199_309} {
		fmt.Println(mem.FormatBytes(n))
	}
	// Output:
	// 512 B
	// 1.5 KiB
	// 6.2 GiB
}
