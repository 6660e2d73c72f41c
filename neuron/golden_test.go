package neuron_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"couplet/neuron"

	"github.com/stretchr/testify/require"
)

// goldenCase is a file of schema snn-golden/1: a small explicit network with the spikes and
// potentials that NEST 3.10 gives.
type goldenCase struct {
	Precise bool
	DtMs    float64 `json:"dt_ms"`
	StopMs  float64 `json:"t_stop_ms"`
	Neurons []struct {
		ID     int
		Model  string
		Params map[string]any // numbers and switches
		Init   map[string]float64
	}
	Sources []struct {
		ID             int
		Kind           string
		TimesMs        []float64 `json:"times_ms"`
		Multiplicities []int
		AmplitudePA    float64   `json:"amplitude_pA"`
		StartMs        float64   `json:"start_ms"`
		StopMs         *float64  `json:"stop_ms"`
		AmplitudesPA   []float64 `json:"amplitudes_pA"`
	}
	SynapseModels map[string]struct{ Type string } `json:"synapse_models"`
	Connections   []goldenConnection
	Expected      struct {
		SpikeSteps map[string][]int64   `json:"spike_steps"`
		Vm         map[string][]float64 `json:"V_m"`
	}
}

// goldenConnection is written as [source, target, weight, delay, synapse model].
type goldenConnection struct {
	source, target int
	weight         float64
	delayMs        float64
}

func (c *goldenConnection) UnmarshalJSON(text []byte) error {
	var model string
	return json.Unmarshal(text, &[]any{&c.source, &c.target, &c.weight, &c.delayMs, &model})
}

// static tells whether the case can be played with neurons and fixed connections alone. Plastic
// and off-grid cases belong to the engine's tests.
func (g goldenCase) static() bool {
	for _, s := range g.SynapseModels {
		if s.Type != "static" {
			return false
		}
	}
	return !g.Precise
}

func (g goldenCase) step(ms float64) int64 { return int64(math.Round(ms / g.DtMs)) }

// readGolden reads a case; ok is false for files of other schemas.
func readGolden(t *testing.T, path string) (g goldenCase, ok bool) {
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var head struct{ Schema string }
	require.NoError(t, json.Unmarshal(text, &head), path)
	if head.Schema != "snn-golden/1" {
		return g, false
	}
	require.NoError(t, json.Unmarshal(text, &g), path)
	return g, true
}

// TestGoldenStatic plays every static network on the grid, one population per model with all
// parameters given per neuron, in both hostings: spikes must be those of NEST exactly, potentials
// within 1e-9 mV. The cases are those of the repository and those of the folder COUPLET_GOLDEN.
func TestGoldenStatic(t *testing.T) {
	played := 0
	play := func(prefix, root string) {
		paths, err := filepath.Glob(filepath.Join(root, "nest", "*.json"))
		require.NoError(t, err)
		for _, path := range paths {
			g, ok := readGolden(t, path)
			if !ok || !g.static() {
				continue
			}
			played++
			t.Run(prefix+"nest/"+strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) {
				t.Run("clocked", func(t *testing.T) { playGolden(t, g, false) })
				t.Run("lazy", func(t *testing.T) { playGolden(t, g, true) })
			})
		}
	}
	play("", filepath.Join("..", "testdata", "golden"))
	require.GreaterOrEqual(t, played, 12, "cases of the repository")
	if root := os.Getenv("COUPLET_GOLDEN"); root != "" {
		play("extra/", root)
	}
}

func playGolden(t *testing.T, g goldenCase, lazy bool) {
	net := newGoldenNet(t, g, lazy)
	spikes := make(map[string][]int64)
	worst := 0.0
	for now := int64(1); now <= g.step(g.StopMs); now++ {
		for _, id := range net.tick(now) {
			spikes[strconv.Itoa(id)] = append(spikes[strconv.Itoa(id)], now)
		}
		for id, trace := range g.Expected.Vm {
			if now <= int64(len(trace)) {
				worst = max(worst, math.Abs(net.potential(id, now)-trace[now-1]))
			}
		}
	}
	for id, want := range g.Expected.SpikeSteps {
		require.Equal(t, append([]int64(nil), want...), spikes[id], "neuron %s", id)
		delete(spikes, id)
	}
	require.Empty(t, spikes, "neurons that should be silent")
	require.LessOrEqual(t, worst, 1e-9, "mV")
}

// goldenNet is a plain clock-driven network: it has nothing in common with the engine.
type goldenNet struct {
	g           goldenCase
	lazy        bool
	populations []*goldenPopulation
	place       map[int]goldenPlace
	out         map[int][]goldenConnection // by source
	ring        map[int64][]goldenConnection
}

type goldenPlace struct{ population, index int }

type goldenPopulation struct {
	ids   []int
	state neuron.State
	in    []neuron.Input
	ports []neuron.Port
}

// goldenQuantum makes sums of non-dyadic weights exact to 1e-12 mV or pA.
const goldenQuantum = 0x1p-40

func newGoldenNet(t *testing.T, g goldenCase, lazy bool) *goldenNet {
	net := &goldenNet{g: g, lazy: lazy, place: map[int]goldenPlace{}, out: map[int][]goldenConnection{}, ring: map[int64][]goldenConnection{}}
	for _, c := range g.Connections {
		net.out[c.source] = append(net.out[c.source], c)
	}
	var names []string
	for _, n := range g.Neurons {
		if !slices.Contains(names, n.Model) {
			names = append(names, n.Model)
		}
	}
	for _, name := range names {
		net.addPopulation(t, name)
	}
	for _, s := range g.Sources {
		for i, ms := range s.TimesMs {
			if s.Kind != "spike_generator" {
				break
			}
			times := 1
			if s.Multiplicities != nil {
				times = s.Multiplicities[i]
			}
			for range times {
				net.send(s.ID, g.step(ms))
			}
		}
	}
	return net
}

func (net *goldenNet) addPopulation(t *testing.T, name string) {
	m, ok := neuron.ByName(name)
	require.True(t, ok, name)
	p := &goldenPopulation{ports: m.Info().Ports}
	each := make(map[string][]float64)
	for _, n := range net.g.Neurons {
		if n.Model != name {
			continue
		}
		net.place[n.ID] = goldenPlace{len(net.populations), len(p.ids)}
		p.ids = append(p.ids, n.ID)
		for key, x := range n.Params {
			each[key] = append(each[key], goldenNumber(x))
		}
		for key, x := range n.Init {
			each[key] = append(each[key], x)
		}
	}
	var err error
	p.state, err = m.Build(neuron.Build{N: len(p.ids), TickMs: net.g.DtMs, Lazy: net.lazy, Each: each})
	require.NoError(t, err)
	for range p.ports {
		p.in = append(p.in, neuron.Input{Sum64: make([]int64, len(p.ids)), Quantum: goldenQuantum})
	}
	net.populations = append(net.populations, p)
}

func goldenNumber(x any) float64 {
	switch x := x.(type) {
	case float64:
		return x
	case bool:
		if x {
			return 1
		}
	}
	return 0
}

// send puts the arrivals of a spike of a step into the ring.
func (net *goldenNet) send(source int, step int64) {
	for _, c := range net.out[source] {
		at := step + net.g.step(c.delayMs)
		net.ring[at] = append(net.ring[at], c)
	}
}

// tick plays one tick and gives the ids of the neurons that fire.
func (net *goldenNet) tick(now int64) []int {
	touched := make([]map[uint32]bool, len(net.populations))
	for k := range touched {
		touched[k] = map[uint32]bool{}
	}
	for _, c := range net.ring[now] {
		at := net.place[c.target]
		p := net.populations[at.population]
		p.in[goldenPort(p.ports, c.weight)].Sum64[at.index] += int64(math.Round(c.weight / goldenQuantum))
		touched[at.population][uint32(at.index)] = true
	}
	delete(net.ring, now)
	var fired []int
	for k, p := range net.populations {
		var out neuron.Spikes
		net.drive(k, now)
		if net.lazy {
			l := p.state.(neuron.Lazy)
			var list []uint32
			for i := range p.ids {
				if touched[k][uint32(i)] || l.Wake(i) <= now {
					list = append(list, uint32(i))
				}
			}
			l.Touch(now, list, p.in, &out)
		} else {
			p.state.(neuron.Clocked).Step(now, p.in, &out)
		}
		for _, i := range out.Neurons {
			fired = append(fired, p.ids[i])
		}
	}
	for _, id := range fired {
		net.send(id, now)
	}
	return fired
}

func goldenPort(ports []neuron.Port, weight float64) int {
	for k, p := range ports {
		if p.Kind == neuron.Excitatory && weight <= 0 || p.Kind == neuron.Inhibitory && weight > 0 {
			continue
		}
		return k
	}
	return -1
}

// drive sets the currents of population k for tick now, which is update number now-1, where they
// change.
func (net *goldenNet) drive(k int, now int64) {
	p := net.populations[k]
	for i, id := range p.ids {
		current := net.current(id, now-1)
		if now > 1 && current == net.current(id, now-2) || now == 1 && current == 0 {
			continue
		}
		if net.lazy {
			p.state.(neuron.Lazy).Advance(i, now-1)
		}
		p.state.SetCurrent(i, current)
	}
}

// current is the sum of the current sources into a neuron in one update.
func (net *goldenNet) current(id int, update int64) float64 {
	sum := 0.0
	for _, s := range net.g.Sources {
		if s.Kind == "spike_generator" {
			continue
		}
		for _, c := range net.out[s.ID] {
			if c.target != id {
				continue
			}
			at := update - net.g.step(c.delayMs)
			amplitude := 0.0
			for i, ms := range s.TimesMs {
				if at >= net.g.step(ms) {
					amplitude = s.AmplitudesPA[i]
				}
			}
			if s.Kind == "dc" && at >= net.g.step(s.StartMs) && (s.StopMs == nil || at < net.g.step(*s.StopMs)) {
				amplitude = s.AmplitudePA
			}
			sum += c.weight * amplitude
		}
	}
	return sum
}

// potential reads V_m, the first variable of every model, of a neuron after tick now.
func (net *goldenNet) potential(id string, now int64) float64 {
	n, _ := strconv.Atoi(id)
	at := net.place[n]
	return net.populations[at.population].state.Read(0, at.index, now)
}
