package synapse_test

import (
	"fmt"

	"couplet/internal/rng"
	"couplet/synapse"
)

// A rule can be asked for the synapses of some targets alone; it is the same as looking only at
// these in the whole.
func ExampleFixedInDegree() {
	rule := synapse.FixedInDegree(2)
	w := synapse.Wiring{Key: rng.NewKey(1, rng.Connect, 0), Sources: 100, Targets: 1_000_000}
	weight := synapse.Normal{Mean: 0.1, Std: 0.02, Min: 0, Max: 0.2} // mV
	rule.Visit(w, 999_998, 1_000_000, func(source, target uint32, ordinal uint64) {
		fmt.Printf("%d -> %d  %.3f mV\n", source, target, weight.Draw(rng.NewKey(1, rng.Weight, 0), ordinal))
	})
	// Output:
	// 62 -> 999998  0.050 mV
	// 48 -> 999998  0.110 mV
	// 0 -> 999999  0.114 mV
	// 98 -> 999999  0.079 mV
}

// A convolution stores no synapse: the targets of a spike follow from where it comes from.
func ExampleConv() {
	conv := synapse.Conv{In: synapse.Shape{2, 28, 28}, OutChannels: 16, Kernel: []int{5, 5}, Stride: []int{2, 2}, Padding: []int{2, 2}}
	taps, err := conv.Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("targets:", conv.OutShape())
	fmt.Println("synapses:", taps.Synapses())
	fmt.Println("of neuron 0, onto channel 0:", taps.Row(0, 0, 14*14, nil))
	// Output:
	// targets: 16x14x14
	// synapses: 143648
	// of neuron 0, onto channel 0: [{0 12} {1 10} {14 2} {15 0}]
}

// A plastic synapse strengthens when the target fires after the source, and weakens when it fires
// before.
func ExampleSTDP() {
	rule := synapse.NewSTDP()
	rule.Weight, rule.Lambda = synapse.Const(50), 0.1
	table := &oneSynapse{target: []uint32{0}, weight: []float64{50}}
	p, err := rule.Plasticity(table, 1, 0.1)
	if err != nil {
		fmt.Println(err)
		return
	}
	p.Arrive(0, 100)    // the spike sent at tick 100, 10 ms
	p.PostSpike(0, 150) // 5 ms later the target fires
	p.Arrive(0, 2000)
	fmt.Printf("%.2f\n", table.weight[0])
	p.PostSpike(0, 2900)
	p.Arrive(0, 2950) // this time the target was first
	fmt.Printf("%.2f\n", table.weight[0])
	// Output:
	// 53.87
	// 49.70
}

// oneSynapse is a table of one row with one synapse and a delay of 1 tick.
type oneSynapse struct {
	target []uint32
	weight []float64
}

func (*oneSynapse) Len() int                               { return 1 }
func (s *oneSynapse) Row(int) (int64, []uint32, []float64) { return 1, s.target, s.weight }
