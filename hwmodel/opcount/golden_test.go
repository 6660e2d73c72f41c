package opcount_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel/opcount"
	"couplet/sim/golden"
)

type goldenFile struct {
	Tables map[string]struct{ Add, Mul float64 }
	Cases  []goldenCase

	Tolerance float64 `json:"tolerance_rel"`
	Rows      []goldenRow
}

// isOurs tells by the fields of a file whether it is one of either kind: cases with tables of prices, or
// published rows of operations.
func isOurs(t *testing.T, text []byte) bool {
	var fields map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(text, &fields))
	if fields["tables"] != nil && fields["cases"] != nil {
		return true
	}
	var rows []map[string]json.RawMessage
	return json.Unmarshal(fields["rows"], &rows) == nil && len(rows) > 0 && rows[0]["ac_G"] != nil
}

type goldenCase struct {
	Layers []struct {
		Inputs, Outputs int
		FanOut          int64 `json:"fanout_per_input"`
		Spikes          int64 `json:"input_spikes"`
		Dense           bool  `json:"dense_input"`
		MAC, AC         int64
		Updates         int64 `json:"neuron_updates"`
		MACNeuron       int64 `json:"mac_neuron"`
	}
	Steps     int `json:"timesteps"`
	Table     string
	Decay     bool    `json:"lif_decay_mul"`
	TotalAC   int64   `json:"total_ac"`
	TotalMAC  int64   `json:"total_mac"`
	Energy    float64 `json:"energy_J"`
	ANN       int64   `json:"ann_mac"`
	ANNEnergy float64 `json:"ann_energy_J"`
	Ratio     float64
}

type goldenRow struct {
	Name     string
	AC       float64 `json:"ac_G"`
	MAC      float64 `json:"mac_G"`
	EnergyMJ float64 `json:"energy_mJ"`
}

func TestGoldenOpcount(t *testing.T) {
	cases, rows := 0, 0
	for _, f := range golden.Files(t, "hwmodel") {
		text, err := os.ReadFile(f.Path)
		require.NoError(t, err)
		if !isOurs(t, text) {
			continue
		}
		var file goldenFile
		require.NoError(t, json.Unmarshal(text, &file), f.Name)
		t.Run(f.Name, func(t *testing.T) {
			for _, c := range file.Cases {
				c.check(t, opcount.Prices(file.Tables[c.Table]))
			}
			for _, r := range file.Rows {
				r.check(t, file.Tolerance)
			}
		})
		cases, rows = cases+len(file.Cases), rows+len(file.Rows)
	}
	require.NotZero(t, cases, "no file of cases was found")
	require.NotZero(t, rows, "no file of published rows was found")
}

// check builds the network of a case, each source with the same fan-out: where it is less than the number
// of targets, the other weights are zero.
func (c goldenCase) check(t *testing.T, prices opcount.Prices) {
	require.NotZero(t, prices, "table %q", c.Table)
	net := opcount.Network{Steps: c.Steps}
	for _, l := range c.Layers {
		layer := opcount.Layer{
			Map:     opcount.Dense{In: l.Inputs, Out: l.Outputs, NonZero: evenMask(l.Inputs, l.Outputs, int(l.FanOut))},
			Input:   opcount.SpikeTotal{Total: l.Spikes},
			Neurons: opcount.Neurons{Kind: opcount.NoLeak},
		}
		if l.Dense {
			layer.Input = opcount.Analog{}
		}
		if c.Decay {
			layer.Neurons.Kind = opcount.MultiplicativeLeak
		}
		net.Layers = append(net.Layers, layer)
	}
	r, err := opcount.Count(net, opcount.Exact())
	require.NoError(t, err)
	for k, l := range c.Layers {
		have := r.Layers[k]
		require.Equal(t, opcount.Ops{AC: l.AC, MAC: l.MAC}, have.Of(opcount.SynapseOps), "layer %d", k)
		require.Equal(t, l.Updates, have.Updates, "layer %d", k)
		require.Equal(t, l.MACNeuron, have.Of(opcount.NeuronOps).MAC, "layer %d", k)
		require.False(t, have.Estimated)
	}
	require.Equal(t, opcount.Ops{AC: c.TotalAC, MAC: c.TotalMAC}, r.Total())
	require.Equal(t, opcount.Ops{MAC: c.ANN}, r.Reference())
	require.InEpsilon(t, c.Energy, r.Total().Energy(prices), 1e-11)
	require.InEpsilon(t, c.ANNEnergy, r.Reference().Energy(prices), 1e-11)
	require.InEpsilon(t, c.Ratio, r.Ratio(prices), 1e-11)
}

// evenMask spreads the same number of weights other than zero from every source.
func evenMask(in, out, fan int) []bool {
	mask := make([]bool, in*out)
	for i := range in {
		for k := range fan {
			mask[(i+k)%out*in+i] = true
		}
	}
	return mask
}

// check prices a published row in billions of operations.
func (r goldenRow) check(t *testing.T, tolerance float64) {
	require.Positive(t, tolerance)
	o := opcount.Ops{AC: int64(r.AC*1e9 + 0.5), MAC: int64(r.MAC*1e9 + 0.5)}
	require.InEpsilon(t, r.EnergyMJ, 1e3*o.Energy(cmos45), tolerance, r.Name)
}

// cmos45 is the pair of prices behind "AC = 0.9 pJ, MAC = 4.6 pJ".
var cmos45 = opcount.Prices{Add: 0.9e-12, Mul: 3.7e-12}
