package result_test

import (
	"fmt"
	"os"
	"path/filepath"

	"couplet/sim"
	"couplet/sim/result"
)

// A run of two neurons is written, read back and looked at.
func Example() {
	base, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(base)

	net := sim.NewNetwork("pair")
	pair := net.Population("pair", 2, nil)
	net.RecordSpikes(pair)
	spikes := &sim.SpikeTrain{ // what a simulator hands out
		Recorder: net.Recorders[0],
		Ticks:    []int64{12, 30, 47},
		Neurons:  []uint32{0, 1, 0},
	}

	dir := filepath.Join(base, "out")
	err = result.Write(dir, result.Run{
		Outline: result.OutlineOf(net),
		Config:  []byte("network: pair\n"),
		Version: "couplet v1.0.0",
		Seed:    net.Seed,
		Spikes:  []*sim.SpikeTrain{spikes},
		Activity: sim.Activity{Ticks: 50, TickMs: net.TickMs, Populations: []sim.PopulationActivity{
			{Name: "pair", Neurons: 2, Spikes: 3, Updates: 100},
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	table, _ := os.ReadFile(filepath.Join(dir, "spikes.csv"))
	fmt.Print(string(table))

	again, err := result.Load(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	figures, err := result.Figures(again)
	fmt.Println(figures[0].Title, err)
	// Output:
	// time_ms,population,neuron
	// 1.2,pair,0
	// 3,pair,1
	// 4.7,pair,0
	// Spikes <nil>
}
