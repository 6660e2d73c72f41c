package rng_test

import (
	"fmt"

	"couplet/internal/rng"
)

// The weights of a projection are drawn by row and synapse, so that rows may be
// built in any order and by any worker.
func Example() {
	const seed, projection = 1, 3
	weights := rng.NewKey(seed, rng.Weight, projection)
	for _, row := range []uint64{7, 5, 7} { // row 7 twice: the same numbers
		k := weights.Sub(row)
		fmt.Printf("row %d:", row)
		for synapse := range uint64(3) {
			fmt.Printf(" %.4f", k.NormalWith(synapse, 0.1, 0.01)) // mV
		}
		fmt.Println()
	}
	// Output:
	// row 7: 0.0999 0.0959 0.1140
	// row 5: 0.0924 0.0940 0.0927
	// row 7: 0.0999 0.0959 0.1140
}

// A Poisson stimulus of 20 kHz, at ticks of 0.1 ms, sends on average two spikes
// a tick. The count of any neuron at any tick can be had directly.
func ExamplePoissonTable() {
	table, err := rng.NewPoissonTable(20 * 0.1)
	if err != nil {
		fmt.Println(err)
		return
	}
	neuron := rng.NewKey(1, rng.Poisson, 0).Sub(4)
	for tick := range uint64(10) {
		fmt.Print(table.Count(neuron.Uint64(tick)), " ")
	}
	fmt.Println("- and at tick 1000000:", table.Count(neuron.Uint64(1_000_000)))
	// Output:
	// 3 1 3 5 1 1 0 2 4 3 - and at tick 1000000: 2
}

func ExampleStream_Shuffle() {
	samples := []string{"a", "b", "c", "d", "e"}
	order := rng.NewKey(1, rng.Shuffle, 0).Sub(2).Stream() // epoch 2 of data set 0
	order.Shuffle(len(samples), func(i, j int) { samples[i], samples[j] = samples[j], samples[i] })
	fmt.Println(samples)
	// Output:
	// [e d c a b]
}

// The table of the manual.
func ExamplePurposes() {
	for _, p := range rng.Purposes()[:3] {
		decides, address := p.Describe()
		fmt.Printf("%d %v: %s (%s)\n", p, p, decides, address)
	}
	// Output:
	// 1 connect: who connects to whom: the draws of a connection rule (projection / target neuron (source neuron for out-degree rules) / draw)
	// 2 weight: synaptic weights (projection / row / synapse of the row)
	// 3 delay: synaptic delays (projection / row / synapse of the row)
}

// The portable stream: an in-degree of three drawn from 800 sources.
func ExampleSplitMixBelow() {
	for k := range uint64(3) {
		fmt.Println(rng.SplitMixBelow(1, k, 800))
	}
	// Output:
	// 453
	// 596
	// 776
}
