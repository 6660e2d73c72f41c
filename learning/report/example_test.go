package report_test

import (
	"fmt"

	"couplet/learning/report"
	"couplet/learning/train"
)

func Example() {
	e := &train.Evaluation{ // as train.Session.Evaluate returns it
		Classes:   []string{"cat", "dog"},
		Confusion: [][]int{{95, 5}, {10, 90}},
		Latency:   []int{120, 180, 185},
		Loss:      0.21,
		Work:      train.Work{Samples: 200, Forward: 50_000, Layers: []train.LayerWork{{Name: "hidden", Neurons: 10, Spikes: 1500, Ticks: 600}}},
	}
	r, err := report.New(report.Subject{Run: "pets", Set: "pets", Part: "test"}, e)
	if err != nil {
		fmt.Println(err)
		return
	}
	i := r.Interval()
	fmt.Printf("accuracy %.3f, 95 %% interval %.3f to %.3f\n", r.Accuracy(), i.Low, i.High)
	fmt.Printf("settled from tick %d of %d\n", r.Settled(), r.Ticks())
	fmt.Printf("%g spikes and %g synaptic events per sample\n", r.Spikes(), r.Events())
	// Output:
	// accuracy 0.925, 95 % interval 0.880 to 0.954
	// settled from tick 2 of 3
	// 7.5 spikes and 250 synaptic events per sample
}
