package synapse

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// goldenFile is the part of the schema snn-golden/1 that concerns plastic synapses.
type goldenFile struct {
	Schema  string
	Precise bool
	DtMs    float64 `json:"dt_ms"`
	Neurons []struct {
		ID     int
		Params map[string]any
	}
	Sources []struct {
		ID             int
		Kind           string
		TimesMs        []float64 `json:"times_ms"`
		Multiplicities []int
	}
	SynapseModels map[string]map[string]any `json:"synapse_models"`
	Connections   [][5]any
	Expected      struct {
		SpikeSteps   map[int][]int64 `json:"spike_steps"`
		WeightEvents [][3]float64    `json:"weight_events"`
		UpToStep     int64           `json:"weight_events_up_to_step"`
	}
}

// goldenDirs lists the directories of golden files of a kind: those of the repository and those
// that the environment adds.
func goldenDirs(kind string) map[string]string {
	dirs := map[string]string{kind: filepath.Join("..", "testdata", "golden", kind)}
	if extra := os.Getenv("COUPLET_GOLDEN"); extra != "" {
		dirs["extra/"+kind] = filepath.Join(extra, kind)
	}
	return dirs
}

// The weights that plastic synapses hand on must be those of NEST, given the spikes of both sides.
// The order of a tick does not enter, so whole networks can be replayed from their spike lists.
func TestGoldenWeights(t *testing.T) {
	tested := 0
	for prefix, dir := range goldenDirs("nest") {
		files, err := filepath.Glob(filepath.Join(dir, "*.json"))
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			var g goldenFile
			require.NoError(t, json.Unmarshal(text, &g), file)
			if g.Schema != "snn-golden/1" || len(g.Expected.WeightEvents) == 0 {
				continue // no plastic synapses
			}
			tested++
			t.Run(prefix+"/"+strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) { replayGolden(t, g) })
		}
	}
	require.GreaterOrEqual(t, tested, 7)
}

func replayGolden(t *testing.T, g goldenFile) {
	trains := goldenTrains(g)
	end := int64(0)
	for _, train := range trains {
		if len(train) > 0 {
			end = max(end, train[len(train)-1])
		}
	}
	var got []handed
	for name, rows := range goldenRows(g) {
		model := goldenModel(t, g, name, rows)
		p, err := model.Plasticity(rows, len(g.Neurons), g.DtMs)
		require.NoError(t, err)
		longest := slices.Max(rows.delay)
		got = append(got, play(rows, p, trains, trains[:len(g.Neurons)], 0, end+longest+1, func(now int64) {
			if p.NeedsCatchUp() || now%997 == 0 {
				p.CatchUp(now)
			}
		})...)
	}
	got = slices.DeleteFunc(got, func(h handed) bool { return h.sent > g.Expected.UpToStep })
	slices.SortStableFunc(got, func(a, b handed) int {
		if a.sent != b.sent {
			return int(a.sent - b.sent)
		}
		return a.synapse - b.synapse
	})
	require.Len(t, got, len(g.Expected.WeightEvents))
	for i, want := range g.Expected.WeightEvents {
		require.Equal(t, int64(want[0]), got[i].sent, "event %d", i)
		require.Equal(t, int(want[1]), got[i].synapse, "event %d", i)
		require.InDelta(t, want[2], got[i].weight, 1e-9, "event %d", i)
	}
}

// goldenTrains are the spikes of all neurons and then of all spike generators, in steps.
func goldenTrains(g goldenFile) [][]int64 {
	var trains [][]int64
	for _, n := range g.Neurons {
		trains = append(trains, g.Expected.SpikeSteps[n.ID])
	}
	for _, s := range g.Sources {
		var train []int64
		for i, ms := range s.TimesMs {
			times := 1
			if len(s.Multiplicities) > 0 {
				times = s.Multiplicities[i]
			}
			train = append(train, slices.Repeat([]int64{int64(math.Round(ms / g.DtMs))}, times)...)
		}
		trains = append(trains, train)
	}
	return trains
}

// goldenRows collects the plastic connections by synapse model.
func goldenRows(g goldenFile) map[string]*testRows {
	index := map[int]int{}
	for i, n := range g.Neurons {
		index[n.ID] = i
	}
	for i, s := range g.Sources {
		index[s.ID] = len(g.Neurons) + i
	}
	tables := map[string]*testRows{}
	for number, c := range g.Connections {
		name := c[4].(string)
		if g.SynapseModels[name]["type"] == "static" {
			continue
		}
		if tables[name] == nil {
			tables[name] = &testRows{}
		}
		source, target := index[int(c[0].(float64))], uint32(index[int(c[1].(float64))])
		delay := int64(math.Round(c[3].(float64) / g.DtMs))
		tables[name].add(source, target, delay, c[2].(float64), number)
	}
	return tables
}

// goldenModel is a synapse model of the file. The constants of the postsynaptic traces stand with
// the target neurons there.
func goldenModel(t *testing.T, g goldenFile, name string, rows *testRows) Plastic {
	var model Plastic
	for _, m := range []Plastic{NewSTDP(), NewSTDPPowerLaw(), NewSTDPTriplet(), NewTsodyks2()} {
		if m.Name() == g.SynapseModels[name]["type"] {
			model = m
		}
	}
	require.NotNil(t, model, "model %v", g.SynapseModels[name]["type"])
	for _, p := range Params(model) {
		x, ok := g.SynapseModels[name][p.Name]
		if !ok {
			x, ok = g.Neurons[rows.targets[0][0]].Params[p.Name]
		}
		if ok { // else NEST's default, which is ours
			model = With(model, p, x.(float64)).(Plastic)
		}
	}
	require.NoError(t, model.Validate())
	return model
}
