package manycore_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/hwmodel/manycore"
)

// uniformTable is a chip on which every event has a price of its own, the same on all tiles.
func uniformTable(width, height, cores int) chipTable {
	return chipTable{
		Name: "uniform", MeshWidth: width, MeshHeight: height, Tiles: width * height, CoresPerTile: cores, LinkBuffer: 2,
		Sync: map[string]float64{"0": 0.25e-6, "2": 0.5e-6}, MaxNeurons: 1000,
		HopEnergy:  map[string]float64{"north": 2e-12, "east": 3e-12, "south": 5e-12, "west": 7e-12},
		HopLatency: map[string]float64{"north": 2e-9, "east": 3e-9, "south": 5e-9, "west": 7e-9},
		AxonIn:     eventCost{11e-12, 11e-9}, AxonOut: eventCost{13e-12, 13e-9}, Dendrite: eventCost{17e-12, 17e-9},
		Synapse: map[string]eventCost{"syn": {19e-12, 19e-9}},
		Soma: map[string]somaCost{
			"lif": {Model: "lif", Ea: 23e-12, La: 23e-9, Eu: 29e-12, Lu: 29e-9, Es: 31e-12, Ls: 31e-9},
			"src": {Model: "input", Ea: 23e-12, La: 23e-9, Eu: 29e-12, Lu: 29e-9, Es: 31e-12, Ls: 31e-9},
		},
	}
}

// chipOf reads a chip from YAML that must be right.
func chipOf(t testing.TB, text string) *manycore.Chip {
	t.Helper()
	c, err := manycore.Read("chip.yaml", []byte(text))
	require.NoError(t, err)
	return c
}

// drawNetlist makes a random network on a chip: LIF neurons, inputs, and neurons outside.
func drawNetlist(t *rapid.T, c *manycore.Chip) *manycore.Netlist {
	n := &manycore.Netlist{Seed: rapid.Uint64().Draw(t, "seed")}
	size := rapid.IntRange(1, 25).Draw(t, "neurons")
	var inside []int
	for i := range size {
		core := rapid.IntRange(-1, len(c.Cores)-1).Draw(t, "core")
		input := manycore.Input{Poisson: rapid.SampledFrom([]float64{0, 0.3, 1}).Draw(t, "poisson")}
		neuron := manycore.Neuron{Core: core, Params: input}
		if core != manycore.External {
			inside = append(inside, i)
			if rapid.Bool().Draw(t, "lif") {
				lif := manycore.NewLIF()
				lif.Threshold = float64(rapid.IntRange(0, 3).Draw(t, "threshold"))
				lif.Bias = rapid.SampledFrom([]float64{0, 0, 0.4}).Draw(t, "bias")
				lif.LeakDecay = rapid.SampledFrom([]float64{1, 0.7}).Draw(t, "leak")
				neuron.Params = lif
			}
		}
		n.Neurons = append(n.Neurons, neuron)
	}
	if len(inside) == 0 {
		return n
	}
	for range rapid.IntRange(0, 80).Draw(t, "edges") {
		n.Edges = append(n.Edges, manycore.Edge{
			From:   rapid.IntRange(0, size-1).Draw(t, "from"),
			To:     rapid.SampledFrom(inside).Draw(t, "to"),
			Weight: float64(rapid.IntRange(-4, 8).Draw(t, "weight")) / 4,
		})
	}
	return n
}

// drawDescription makes a random network of populations with every kind of wiring; with counts, some
// projections are known by their counts only.
func drawDescription(t *rapid.T, counts bool) *manycore.Description {
	d := &manycore.Description{Name: "drawn"}
	for i := range rapid.IntRange(1, 4).Draw(t, "populations") {
		d.Populations = append(d.Populations, manycore.Population{
			Name: "p" + strconv.Itoa(i), Size: rapid.IntRange(1, 12).Draw(t, "size"),
			External: i > 0 && rapid.IntRange(0, 4).Draw(t, "external") == 0,
		})
	}
	view := func(p *manycore.Population) manycore.View {
		lo := rapid.IntRange(0, p.Size-1).Draw(t, "lo")
		return manycore.View{Population: p.Name, Lo: lo, Hi: rapid.IntRange(lo+1, p.Size).Draw(t, "hi")}
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "projections") {
		from := &d.Populations[rapid.IntRange(0, len(d.Populations)-1).Draw(t, "from")]
		to := &d.Populations[rapid.IntRange(0, len(d.Populations)-1).Draw(t, "to")]
		if to.External {
			continue
		}
		p := manycore.Projection{Name: "q" + strconv.Itoa(i), From: view(from), To: view(to)}
		p.WeightBits = rapid.IntRange(0, 4).Draw(t, "bits")
		p.Dense = rapid.Bool().Draw(t, "dense")
		p.DelaysDiffer = rapid.Bool().Draw(t, "delays")
		drawWiring(t, &p, counts)
		d.Projections = append(d.Projections, p)
	}
	return d
}

func drawWiring(t *rapid.T, p *manycore.Projection, counts bool) {
	switch kind := rapid.IntRange(0, 3).Draw(t, "wiring"); {
	case kind == 0 && counts:
		p.FanIn = rapid.IntRange(0, p.From.Len()+1).Draw(t, "fan-in")
		p.FanOut = rapid.IntRange(0, p.To.Len()+1).Draw(t, "fan-out")
	case kind == 1 && p.From.Len() == p.To.Len():
		p.Wiring = manycore.OneToOne{}
	case kind == 2:
		p.Wiring = manycore.AllToAll{NoSelf: p.From.Len() == p.To.Len() && rapid.Bool().Draw(t, "no self")}
	default:
		list := manycore.List{Start: []int{0}}
		for range p.To.Len() {
			for range rapid.IntRange(0, 4).Draw(t, "degree") {
				list.Sources = append(list.Sources, uint32(rapid.IntRange(0, p.From.Len()-1).Draw(t, "source")))
			}
			list.Start = append(list.Start, len(list.Sources))
		}
		p.Wiring = list
	}
}

// replace changes a text; what is to be changed must be there.
func replace(t testing.TB, text string, oldNew ...string) string {
	t.Helper()
	for i := 0; i < len(oldNew); i += 2 {
		require.Contains(t, text, oldNew[i])
		text = strings.Replace(text, oldNew[i], oldNew[i+1], 1)
	}
	return text
}
