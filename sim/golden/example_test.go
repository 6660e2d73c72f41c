package golden_test

import (
	"fmt"
	"strings"

	"couplet/sim/golden"
	"couplet/sim/reference"
)

// A golden file becomes a network and what is known about its run; any simulator can be checked
// against it.
func Example() {
	c, err := golden.Read(strings.NewReader(`{
		"schema": "snn-golden/1", "name": "one neuron", "dt_ms": 0.1, "t_stop_ms": 30,
		"neurons": [{"id": 0, "model": "iaf_psc_delta",
			"params": {"C_m": 1, "tau_m": 20, "E_L": 0, "V_th": 20, "V_reset": 0, "I_e": 1.3}}],
		"expected": {"spike_steps": {"0": [294]}}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := reference.New(c.Network, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	s.Run(c.Ticks)
	fmt.Println(s.Spikes()[0].Ticks, c.Check(s, c.Ticks))
	// Output: [294] <nil>
}
