package hwmodel_test

import (
	"context"
	"fmt"
	"os"

	"couplet/hwmodel"
	"couplet/sim"
	"couplet/sim/netfile"
)

// A network is run, what it did is counted, and the counts are priced.
func Example() {
	const text = `network: pair
tick: 1 step
populations:
  input: {model: spike_source, times: [[1 step, 2 steps, 4 steps]]}
  cell: {model: if, size: 2, params: {V_th: 1}}
projections:
  - {from: input, to: cell, rule: all_to_all, weight: 0.5, delay: 1 step}
run: 8 steps
`
	net, err := netfile.Read("pair.yaml", []byte(text), netfile.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	places, err := hwmodel.NetworkPlaces(net, "pair.yaml", []byte(text))
	if err != nil {
		fmt.Println(err)
		return
	}
	program, err := sim.Compile(net, sim.Options{CountActive: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	s := program.Start()
	if err := s.RunTicks(context.Background(), 8); err != nil {
		fmt.Println(err)
		return
	}
	counts, err := hwmodel.FromActivity(net, s.Activity(), hwmodel.Origin{Places: places})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range counts.List {
		fmt.Printf("%-8s %3d %s\n", c.Place.String()[5:], c.N, c.Path)
	}
	profile, err := hwmodel.Chip("truenorth_0v8")
	if err != nil {
		fmt.Println(err)
		return
	}
	tick, _ := hwmodel.Parse[hwmodel.Second]("1 ms")
	bill, err := hwmodel.Price(counts, profile, hwmodel.Conditions{Duration: tick.Times(8)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("dynamic", bill.Dynamic(), "static", bill.StaticEnergy())
	for _, u := range bill.Without(hwmodel.Unpriced) {
		fmt.Println("unpriced:", u.Term, u.N, u.Reason)
	}
	// Output:
	// yaml:4     3 input/input_spike
	// yaml:5     2 cell/spike_positive
	// yaml:5     6 cell/neuron_update_active
	// yaml:5    10 cell/neuron_update_idle
	// yaml:7     3 cell/input->cell/spike_in
	// yaml:7     6 cell/input->cell/synaptic_op_dense
	// yaml:7     6 cell/input->cell/weight_fetch
	// dynamic 13.782 pJ static 515.44 uJ
	// unpriced: input_spike 3 not published
}

// Counts need not come from the engine: here the hand-worked example of the memory-aware model.
func ExamplePrice() {
	at := func(term hwmodel.Term, n int64) hwmodel.Count {
		return hwmodel.Count{Path: hwmodel.Path{Population: "hidden"}, Term: term, N: n}
	}
	counts := hwmodel.Counts{List: []hwmodel.Count{
		at(hwmodel.SpikeIn, 100), at(hwmodel.SpikeOut, 20),
		at(hwmodel.SynapticOp, 1000), at(hwmodel.WeightFetch, 1000), at(hwmodel.NeuronUpdate, 256),
	}}
	profile, err := hwmodel.Chip("memory45_int8")
	if err != nil {
		fmt.Println(err)
		return
	}
	bill, err := hwmodel.Price(counts, profile, hwmodel.Conditions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, part := range bill.ByPart() {
		fmt.Println(part.Name, part.Energy)
	}
	fmt.Println("total", bill.Total())
	// Output:
	// queue 300 pJ
	// potential 6.28 nJ
	// accumulate 30 pJ
	// address 100 pJ
	// weights 2.5 nJ
	// neuron 15.36 pJ
	// total 9.22536 nJ
}

// The same counts on several chips. What a chip has no price for is listed below the table.
func ExampleCompare() {
	counts := hwmodel.Counts{List: []hwmodel.Count{
		{Path: hwmodel.Path{Population: "out"}, Term: hwmodel.SynapticOpDense, N: 10_000},
		{Path: hwmodel.Path{Population: "out"}, Term: hwmodel.SpikePositive, N: 50},
	}}
	var profiles []*hwmodel.Profile
	for _, name := range []string{"cmos45_fp32", "loihi_sanafe_fit", "truenorth_avg_0v775"} {
		p, err := hwmodel.Chip(name)
		if err != nil {
			fmt.Println(err)
			return
		}
		p.Static = nil // not asked for here
		profiles = append(profiles, p)
	}
	c, err := hwmodel.Compare(counts, profiles, hwmodel.Conditions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := c.WriteText(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// profile              operating point       dynamic  static       total  per inference  per synaptic event  grade
	// cmos45_fp32          45 nm, 0.9 V             9 nJ       -        9 nJ           9 nJ              900 fJ  2nd    without 1 unpriced term
	// loihi_sanafe_fit     14 nm, not stated  358.465 nJ       -  358.465 nJ     358.465 nJ          35.8465 pJ  fit
	// truenorth_avg_0v775  28 nm, 0.775 V         260 nJ       -      260 nJ         260 nJ               26 pJ  avg
	//
	// cmos45_fp32: unpriced:
	//   spike_positive: 50 in out: arithmetic only; see the profiles memory45
	//
	// truenorth_avg_0v775: warnings:
	//   synaptic_op: 26 pJ is an average at one activity (20 Hz, 128 active synapses, 72 mW) and contains static power; it is no price of one more event, and wrong at other activities
}

// What would other firing rates and narrower weights change?
func ExampleSensitivity() {
	counts := hwmodel.Counts{List: []hwmodel.Count{
		{Path: hwmodel.Path{Population: "out"}, Term: hwmodel.SynapticOpDense, N: 10_000},
		{Path: hwmodel.Path{Population: "out"}, Term: hwmodel.WeightFetch, N: 10_000},
		{Path: hwmodel.Path{Population: "out"}, Term: hwmodel.NeuronUpdateActive, N: 1000},
	}}
	profile, err := hwmodel.Chip("memory45_int8")
	if err != nil {
		fmt.Println(err)
		return
	}
	list, err := hwmodel.Sensitivity(counts, profile, hwmodel.Conditions{}, hwmodel.WhatIf{Rates: []float64{0.5, 2}, WeightBits: []int{4}})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := hwmodel.WriteVariations(os.Stdout, list); err != nil {
		fmt.Println(err)
	}
	// Output:
	// what if                                      total  ratio
	// as counted                                81.36 nJ  1.000
	// firing rates x 0.5                        43.21 nJ  0.531
	// firing rates x 2                         157.66 nJ  1.938
	// weights of 4 bits                         68.86 nJ  0.846
	// prices at the lower end of their ranges   81.36 nJ  1.000  no source gives a range for a price that was charged
	// prices at the upper end of their ranges   81.36 nJ  1.000  no source gives a range for a price that was charged
}
