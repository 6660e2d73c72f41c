package neuron_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"

	"couplet/neuron"

	"github.com/stretchr/testify/require"
)

// eachGolden runs a subtest for every file of a kind: those of the repository as "kind/name", those of
// $COUPLET_GOLDEN as "extra/kind/name".
func eachGolden(t *testing.T, kind string, test func(t *testing.T, data []byte)) {
	t.Helper()
	run := func(dir, prefix string) {
		paths, err := filepath.Glob(filepath.Join(dir, kind, "*.json"))
		require.NoError(t, err)
		sort.Strings(paths)
		for _, path := range paths {
			name := strings.TrimSuffix(filepath.Base(path), ".json")
			t.Run(prefix+kind+"/"+name, func(t *testing.T) {
				data, err := os.ReadFile(path)
				require.NoError(t, err)
				test(t, data)
			})
		}
	}
	run(filepath.Join("..", "testdata", "golden"), "")
	if dir := os.Getenv("COUPLET_GOLDEN"); dir != "" {
		run(dir, "extra/")
	}
}

// preciseCase is a golden file of the schema snn-golden/1 with spikes off the grid.
type preciseCase struct {
	Schema  string
	Precise bool
	DtMs    float64 `json:"dt_ms"`
	StopMs  float64 `json:"t_stop_ms"`
	Neurons []struct {
		ID     int
		Model  string
		Params map[string]float64
		Init   map[string]float64
	}
	Sources []struct {
		ID    int
		Kind  string
		Times []float64 `json:"times_ms"`
	}
	Connections [][5]any
	Expected    struct {
		Times map[string][]float64 `json:"spike_times_ms"`
		V     map[string][]float64 `json:"V_m"`
	}
}

// TestGoldenPrecise holds PSCExpPS against NEST: spike times and potentials to 1e-9, clocked and lazy.
// The networks are run by the loop below, which delivers spikes with their exact times.
func TestGoldenPrecise(t *testing.T) {
	ran := 0
	eachGolden(t, "nest", func(t *testing.T, data []byte) {
		var head struct{ Precise bool }
		require.NoError(t, json.Unmarshal(data, &head))
		if !head.Precise {
			return // a case on the grid
		}
		ran++
		var c preciseCase
		require.NoError(t, json.Unmarshal(data, &c))
		for _, lazy := range []bool{false, true} {
			t.Run(map[bool]string{false: "clocked", true: "lazy"}[lazy], func(t *testing.T) {
				times, v := c.run(t, lazy)
				for id, want := range c.Expected.Times {
					require.Len(t, times[id], len(want), "spikes of neuron %s", id)
					require.InDeltaSlice(t, want, times[id], 1e-9, "spikes of neuron %s", id)
				}
				for id, want := range c.Expected.V {
					require.InDeltaSlice(t, want, v[id][:min(len(want), len(v[id]))], 1e-9, "V_m of neuron %s", id)
				}
			})
		}
	})
	require.GreaterOrEqual(t, ran, 3)
}

// run gives spike times, and V_m after every tick, by neuron id.
func (c preciseCase) run(t *testing.T, lazy bool) (times, v map[string][]float64) {
	t.Helper()
	n := len(c.Neurons)
	each := map[string][]float64{}
	index := map[int]int{}
	for i, cell := range c.Neurons {
		require.Equal(t, "iaf_psc_exp_ps", cell.Model)
		index[cell.ID] = i
		for _, values := range []map[string]float64{cell.Params, cell.Init} {
			for name, x := range values {
				if each[name] == nil {
					each[name] = make([]float64, n)
				}
				each[name][i] = x
			}
		}
	}
	state, err := neuron.NewPSCExpPS().Build(neuron.Build{N: n, TickMs: c.DtMs, Lazy: lazy, Each: each})
	require.NoError(t, err)

	source := neuron.SpikeSource{Precise: true}
	for k, s := range c.Sources {
		require.Equal(t, "spike_generator", s.Kind)
		index[s.ID] = n + k
		source.Times = append(source.Times, s.Times)
	}
	built, err := source.Build(neuron.Build{N: len(c.Sources), TickMs: c.DtMs, Lazy: true})
	require.NoError(t, err)
	generators := built.(neuron.Lazy)

	ticks := int64(math.Round(c.StopMs / c.DtMs))
	due := map[int64][]neuron.Arrival{}
	send := func(now int64, sender int, before float64) {
		for _, w := range c.Connections {
			if index[int(w[0].(float64))] != sender {
				continue
			}
			at := now + int64(math.Round(w[3].(float64)/c.DtMs))
			due[at] = append(due[at], neuron.Arrival{
				Neuron: uint32(index[int(w[1].(float64))]), Before: before, Weight: w[2].(float64),
			})
		}
	}
	times, v = map[string][]float64{}, map[string][]float64{}
	in := []neuron.Input{{}}
	for now := int64(1); now <= ticks; now++ {
		for k := range c.Sources {
			var out neuron.Spikes
			if generators.Wake(k) == now {
				generators.Touch(now, []uint32{uint32(k)}, nil, &out)
			}
			for _, before := range out.Before {
				send(now, n+k, before)
			}
		}
		in[0].Timed = due[now]
		delete(due, now)
		var out neuron.Spikes
		if lazy {
			touchDue(state.(neuron.Lazy), n, now, in, &out)
		} else {
			state.(neuron.Clocked).Step(now, in, &out)
		}
		require.Empty(t, in[0].Timed)
		require.Len(t, out.Before, len(out.Neurons))
		for k, i := range out.Neurons {
			id := strconv.Itoa(c.Neurons[i].ID)
			times[id] = append(times[id], float64(now)*c.DtMs-out.Before[k])
			send(now, int(i), out.Before[k])
		}
		for i := range n {
			id := strconv.Itoa(c.Neurons[i].ID)
			v[id] = append(v[id], state.Read(0, i, now))
		}
	}
	return times, v
}

// touchDue touches what a lazy host would touch: neurons with arrivals, and those whose wake-up has
// come.
func touchDue(state neuron.Lazy, n int, now int64, in []neuron.Input, out *neuron.Spikes) {
	due := map[uint32]bool{}
	for _, a := range in[0].Timed {
		due[a.Neuron] = true
	}
	var list []uint32
	for i := range uint32(n) {
		if due[i] || state.Wake(int(i)) <= now {
			list = append(list, i)
		}
	}
	state.Touch(now, list, in, out)
}
