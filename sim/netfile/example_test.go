package netfile_test

import (
	"fmt"
	"os"
	"path/filepath"

	"couplet/neuron"
	"couplet/sim"
	"couplet/sim/netfile"
	"couplet/synapse"
)

func Example() {
	const text = `
network: pair
populations:
  input: {model: spike_source, times: [[1 ms, 5 ms]]}
  cell: {model: iaf_psc_exp, size: 2, params: {tau_m: 20 ms}}
projections:
  - {from: input, to: cell, rule: all_to_all, weight: 1.5 nA, delay: 1 ms}
run: 0.1 s
`
	net, err := netfile.Read("pair.yaml", []byte(text), netfile.Options{Set: []string{"populations.cell.size=3"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	weight, _ := net.Projections[0].Synapse.Strength()
	fmt.Println(net.Name, net.RunMs, "ms;", net.Populations[1].Size, "cells; weight", weight, "pA")
	// Output: pair 100 ms; 3 cells; weight 1500 pA
}

// All faults are told together.
func ExampleRead_faults() {
	const text = `network: pair
populations:
  cell: {model: iaf_psc_exp, size: two, params: {tau_m: 20}}
run: 1
`
	_, err := netfile.Read("pair.yaml", []byte(text), netfile.Options{})
	fmt.Println(err)
	// Output:
	// pair.yaml:3:36: populations.cell.size: "two" is not a whole number; valid: a whole number from 1 to 2147483647
	// pair.yaml:3:57: populations.cell.params.tau_m: 20 lacks its unit; valid: 20 ms (units: ms, s, us, ns)
	// pair.yaml:4:6: run: 1 lacks its unit; valid: 1 ms (units: ms, s, us, ns)
}

// Write spells out every default.
func ExampleWrite() {
	const text = `
network: chain
tick: 1 step
populations:
  a: {model: if, size: 4}
  b: {like: a}
projections:
  - {from: a, to: b, rule: one_to_one, weight: 1, delay: 0 steps}
`
	net, err := netfile.Read("chain.yaml", []byte(text), netfile.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := netfile.Write(os.Stdout, net); err != nil {
		fmt.Println(err)
	}
	// Output:
	// network: chain
	// tick: 1 step
	// seed: 1
	// run: 1000 steps
	// populations:
	//   a: {model: if, size: 4, params: {V_th: 1, I_e: 0}}
	//   b: {model: if, size: 4, params: {V_th: 1, I_e: 0}}
	// projections:
	//   - {from: a, to: b, rule: one_to_one, weight: 1, delay: 0 steps}
}

// Save keeps long lists, such as trained weights, in an archive beside the network file.
func ExampleSave() {
	net := sim.NewNetwork("trained", sim.StepGrid())
	net.RunMs = 10
	input := net.Population("input", 10, neuron.NewStepIF())
	output := net.Population("output", 7, neuron.NewStepLIF())
	weights := make(synapse.Listed, 7*10) // a row for each target
	net.Project(input, output, synapse.AllToAll{}, synapse.Static{Weight: weights, DelayMs: synapse.Const(0)})

	directory, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(directory)
	path := filepath.Join(directory, "net.yaml")
	if err := netfile.Save(path, net); err != nil {
		fmt.Println(err)
		return
	}
	text, _ := os.ReadFile(path)
	fmt.Print(string(text))
	_, err = netfile.Load(path, netfile.Options{})
	fmt.Println(err)
	// Output:
	// network: trained
	// tick: 1 step
	// seed: 1
	// run: 10 steps
	// populations:
	//   input: {model: if, size: 10, params: {V_th: 1, I_e: 0}}
	//   output: {model: lif, size: 7, params: {V_th: 1, lambda: 0.5, I_e: 0}}
	// projections:
	//   - {from: input, to: output, rule: all_to_all, weight: {file: net.npz, array: "projections[0].weight"}, delay: 0 steps}
	// <nil>
}
