package estimate_test

import (
	"context"
	"fmt"

	"couplet/hwmodel"
	"couplet/hwmodel/estimate"
	"couplet/hwmodel/opcount"
	"couplet/sim"
	"couplet/sim/netfile"
)

func Example() {
	net, err := netfile.Read("net.yaml", []byte(dense), netfile.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	program, err := sim.Compile(net, sim.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	s := program.Start()
	if err := s.RunTicks(context.Background(), 4); err != nil {
		fmt.Println(err)
		return
	}
	run := estimate.Run{Network: net, Activity: s.Activity(), Spikes: s.Spikes()}
	ops, err := estimate.Operations(run, opcount.Exact())
	if err != nil {
		fmt.Println(err)
		return
	}
	chip, _ := hwmodel.Chip("cmos45_fp32")
	ann, _ := hwmodel.Price(ops.Conventional(false), chip, hwmodel.Conditions{})
	fmt.Println("accumulates:", ops.Report.Of(opcount.SynapseOps).AC, "conventional network:", ann.Total())
	metrics, _ := estimate.NeuroBench(run)
	fmt.Println("effective ACs:", metrics.EffectiveACs, "connection sparsity:", metrics.ConnectionSparsity)
	// Output:
	// accumulates: 20 conventional network: 23 pJ
	// effective ACs: 20 connection sparsity: 0.1667
}
