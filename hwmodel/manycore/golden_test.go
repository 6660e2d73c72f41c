package manycore_test

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/template"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel/manycore"
	"couplet/sim/golden"
)

// Tolerances of the golden data: seven printed digits, and 2 % per step where the order of equal time stamps
// decides the detailed time.
const (
	printedDigits = 2e-6
	tieOrder      = 0.02
)

// goldenNetwork is a file noc_*.json.
type goldenNetwork struct {
	Name          string         `json:"name"`
	Chip          string         `json:"chip"`
	Timesteps     int64          `json:"timesteps"`
	Neurons       []goldenNeuron `json:"neurons"`
	Edges         [][3]float64   `json:"edges"`
	Columns       []string       `json:"columns"`
	Steps         [][]float64    `json:"steps"`
	TimeSimple    []float64      `json:"time_simple"`
	TimeDetailed  []float64      `json:"time_detailed"`
	Spikes        [][2]int       `json:"spikes"`
	TotalEnergy   float64        `json:"total_energy"`
	TotalSimple   float64        `json:"total_time_simple"`
	TotalDetailed float64        `json:"total_time_detailed"`
	TieOrder      bool           `json:"detailed_depends_on_tie_order"`
}

type goldenNeuron struct {
	Tile, Core    int
	Soma, Synapse string
	P             json.RawMessage
	Spikes        []int
}

// TestGoldenMesh runs every network of the golden data on its chip and compares spikes, counters, energies and
// both times of every step.
func TestGoldenMesh(t *testing.T) {
	ran := 0
	for _, f := range golden.Files(t, "hwmodel") {
		if !strings.HasPrefix(filepath.Base(f.Path), "noc_") {
			continue
		}
		ran++
		t.Run(f.Name, func(t *testing.T) {
			var g goldenNetwork
			readJSON(t, f.Path, &g)
			chip := goldenChip(t, filepath.Dir(f.Path), g.Chip)
			m, err := manycore.NewMachine(chip, g.netlist(t, chip))
			require.NoError(t, err)
			run, err := m.Run(context.Background(), g.Timesteps)
			require.NoError(t, err)
			g.compare(t, run)
		})
	}
	require.NotZero(t, ran, "golden networks")
}

func readJSON(t *testing.T, path string, to any) {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, to), path)
}

// netlist builds the network; a soma unit called input takes the spike train.
func (g *goldenNetwork) netlist(t *testing.T, chip *manycore.Chip) *manycore.Netlist {
	n := &manycore.Netlist{Name: g.Name}
	for _, q := range g.Neurons {
		core := chip.Tiles[q.Tile].First + q.Core
		k := slices.IndexFunc(chip.Cores[core].Somas, func(u manycore.SomaUnit) bool { return u.Name == q.Soma })
		require.GreaterOrEqual(t, k, 0, "soma unit %s", q.Soma)
		var params manycore.Soma
		if chip.Cores[core].Somas[k].Model == manycore.InputSpikes {
			input := manycore.Input{}
			q.parameters(t, &input)
			for _, s := range q.Spikes {
				input.Train = append(input.Train, s != 0)
			}
			params = input
		} else {
			lif := manycore.NewLIF()
			q.parameters(t, &lif)
			params = lif
		}
		n.Neurons = append(n.Neurons, manycore.Neuron{Core: core, Soma: q.Soma, Synapse: q.Synapse, Params: params})
	}
	for _, e := range g.Edges {
		n.Edges = append(n.Edges, manycore.Edge{From: int(e[0]), To: int(e[1]), Weight: e[2]})
	}
	return n
}

// parameters reads the parameters of a neuron over the defaults.
func (q *goldenNeuron) parameters(t *testing.T, to any) {
	if len(q.P) > 0 {
		d := json.NewDecoder(bytes.NewReader(q.P))
		d.DisallowUnknownFields()
		require.NoError(t, d.Decode(to), string(q.P))
	}
}

// columnOf gives the value of a step for the name of a column.
var columnOf = map[string]func(*manycore.Step) float64{
	"t":              func(s *manycore.Step) float64 { return float64(s.T) },
	"fired":          func(s *manycore.Step) float64 { return float64(s.Fired) },
	"updated":        func(s *manycore.Step) float64 { return float64(s.Updated) },
	"packets":        func(s *manycore.Step) float64 { return float64(s.Packets) },
	"hops":           func(s *manycore.Step) float64 { return float64(s.Hops()) },
	"synapse_events": func(s *manycore.Step) float64 { return float64(s.SynapseEvents) },
	"E_synapse":      func(s *manycore.Step) float64 { return s.Energy.Synapse },
	"E_dendrite":     func(s *manycore.Step) float64 { return s.Energy.Dendrite },
	"E_soma":         func(s *manycore.Step) float64 { return s.Energy.Soma },
	"E_network":      func(s *manycore.Step) float64 { return s.Energy.Network() },
	"E_total":        func(s *manycore.Step) float64 { return s.Energy.Total() },
}

func (g *goldenNetwork) compare(t *testing.T, run *manycore.Run) {
	var spikes [][2]int
	for _, s := range run.Spikes {
		spikes = append(spikes, [2]int{int(s.T), s.Neuron})
	}
	slices.SortFunc(spikes, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	if len(g.Spikes) > 0 || len(spikes) > 0 {
		require.Equal(t, g.Spikes, spikes)
	}
	detailed := printedDigits
	if g.TieOrder {
		detailed = tieOrder
	}
	require.Len(t, g.Steps, len(run.Steps))
	for i := range run.Steps {
		step := &run.Steps[i]
		for c, name := range g.Columns {
			require.Contains(t, columnOf, name)
			near(t, g.Steps[i][c], columnOf[name](step), printedDigits, "step %d: %s", i+1, name)
		}
		near(t, g.TimeSimple[i], step.Simple, printedDigits, "step %d: simple time", i+1)
		near(t, g.TimeDetailed[i], step.Detailed, detailed, "step %d: detailed time", i+1)
	}
	total := run.Totals()
	near(t, g.TotalEnergy, total.Energy.Total(), printedDigits, "total energy")
	near(t, g.TotalSimple, total.Simple, printedDigits, "total simple time")
	near(t, g.TotalDetailed, total.Detailed, detailed, "total detailed time")
}

// near compares with a relative tolerance.
func near(t *testing.T, want, have, tolerance float64, message string, args ...any) {
	t.Helper()
	if want == 0 {
		require.InDelta(t, want, have, 1e-30, append([]any{message}, args...)...)
		return
	}
	require.InEpsilon(t, want, have, tolerance, append([]any{message}, args...)...)
}

// chipTable is one chip of chips.json.
type chipTable struct {
	Name         string             `json:"-"`
	MeshWidth    int                `json:"mesh_width"`
	MeshHeight   int                `json:"mesh_height"`
	Tiles        int                `json:"tiles"`
	CoresPerTile int                `json:"cores_per_tile"`
	LinkBuffer   int                `json:"link_buffer"`
	Sync         map[string]float64 `json:"sync_latency_by_mapped_tiles"`
	MaxNeurons   int                `json:"max_neurons_per_core"`
	HopEnergy    map[string]float64 `json:"hop_energy"`
	HopLatency   map[string]float64 `json:"hop_latency"`
	AxonIn       eventCost          `json:"axon_in"`
	AxonOut      eventCost          `json:"axon_out"`
	Dendrite     eventCost          `json:"dendrite"`
	Synapse      map[string]eventCost
	Soma         map[string]somaCost
}

type eventCost struct{ E, L float64 }

type somaCost struct {
	Model                  string
	Ea, La, Eu, Lu, Es, Ls float64
}

// description is a chip of the table as the YAML that the reader takes.
var description = template.Must(template.New("chip").Funcs(template.FuncMap{
	"last": func(n int) int { return n - 1 },
	"model": func(short string) string {
		return map[string]string{"lif": "leaky_integrate_fire", "input": "input", "truenorth": "truenorth"}[short]
	},
}).Parse(`architecture:
  name: {{.Name}}
  attributes:
    width: {{.MeshWidth}}
    height: {{.MeshHeight}}
    link_buffer_size: {{.LinkBuffer}}
    topology: mesh
    sync_model: table
    latency_sync: { {{range $k, $v := .Sync}}{{$k}}: {{$v}}, {{end}} }
  tile:
    - name: tile[0..{{last .Tiles}}]
      attributes:
{{- range $k, $v := .HopEnergy}}
        energy_{{$k}}_hop: {{$v}}
{{- end}}
{{- range $k, $v := .HopLatency}}
        latency_{{$k}}_hop: {{$v}}
{{- end}}
      core:
        - name: core[0..{{last .CoresPerTile}}]
          attributes: {buffer_position: soma, buffer_inside_unit: false, max_neurons_supported: {{.MaxNeurons}}}
          axon_in: [{name: in, attributes: {energy_message_in: {{.AxonIn.E}}, latency_message_in: {{.AxonIn.L}}}}]
          axon_out: [{name: out, attributes: {energy_message_out: {{.AxonOut.E}}, latency_message_out: {{.AxonOut.L}}}}]
          dendrite: [{name: dendrite, attributes: {model: accumulator, energy_update: {{.Dendrite.E}}, latency_update: {{.Dendrite.L}}}}]
          synapse:
{{- range $k, $v := .Synapse}}
            - {name: {{$k}}, attributes: {model: current_based, energy_process_spike: {{$v.E}}, latency_process_spike: {{$v.L}}}}
{{- end}}
          soma:
{{- range $k, $v := .Soma}}
            - name: {{$k}}
              attributes:
                model: {{model $v.Model}}
                energy_access_neuron: {{$v.Ea}}
                latency_access_neuron: {{$v.La}}
                energy_update_neuron: {{$v.Eu}}
                latency_update_neuron: {{$v.Lu}}
                energy_spike_out: {{$v.Es}}
                latency_spike_out: {{$v.Ls}}
{{- end}}
`))

// goldenChip reads a chip from the tables chips*.json next to a network, or from those of the module.
func goldenChip(t *testing.T, dir, name string) *manycore.Chip {
	t.Helper()
	for _, place := range []string{dir, filepath.Join("..", "..", "testdata", "golden", "hwmodel")} {
		paths, err := filepath.Glob(filepath.Join(place, "chips*.json"))
		require.NoError(t, err)
		for _, p := range paths {
			var tables map[string]chipTable
			readJSON(t, p, &tables)
			if c, ok := tables[name]; ok {
				c.Name = name
				return c.chip(t)
			}
		}
	}
	require.Fail(t, "chip not found", name)
	return nil
}

func (c chipTable) yaml(t testing.TB) string {
	t.Helper()
	var text strings.Builder
	require.NoError(t, description.Execute(&text, c))
	return text.String()
}

func (c chipTable) chip(t testing.TB) *manycore.Chip {
	t.Helper()
	chip, err := manycore.Read(c.Name+".yaml", []byte(c.yaml(t)))
	require.NoError(t, err)
	require.Empty(t, chip.Unpriced())
	require.Len(t, chip.Cores, c.Tiles*c.CoresPerTile)
	return chip
}

// TestGoldenChips reads every chip of the tables.
func TestGoldenChips(t *testing.T) {
	for _, f := range golden.Files(t, "hwmodel") {
		if !strings.HasPrefix(filepath.Base(f.Path), "chips") {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			var tables map[string]chipTable
			readJSON(t, f.Path, &tables)
			for _, name := range slices.Sorted(maps.Keys(tables)) {
				goldenChip(t, filepath.Dir(f.Path), name)
			}
		})
	}
}
