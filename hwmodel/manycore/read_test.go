package manycore_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel/manycore"
	"couplet/internal/yamltree"
)

// smallChip is a chip file with every form of a figure.
const smallChip = `architecture:
  name: small
  attributes:
    width: 2
    height: 2
    link_buffer_size: 3
    topology: mesh
    sync_model: fixed
    latency_sync: 2 us
  tile:
    - name: left[0..1]
      attributes: &hops
        energy_north_hop: 1 pJ
        energy_east_hop: 2e-12
        energy_south_hop: 3000 fJ
        energy_west_hop: 0.004 nJ
        latency_north_hop: 1 ns
        latency_east_hop: 2000 ps
        latency_south_hop: 3e-9
        latency_west_hop: unpriced
      core: &cores
        - name: core[0..1]
          attributes: {buffer_position: soma, max_neurons_supported: 4}
          axon_in: [{name: in, attributes: {energy_message_in: 5 pJ, latency_message_in: 5 ns}}]
          synapse: [{name: syn, attributes: {model: current_based, energy_process_spike: 6 pJ, log_energy: true}}]
          dendrite: [{name: dend, attributes: {model: accumulator_with_delay}}]
          soma:
            - {name: "lif[0..1]", attributes: {model: leaky_integrate_fire}}
            - {name: in, attributes: {model: input}}
          axon_out: {name: out, attributes: {energy_message_out: 0, latency_message_out: 0}}
    - {name: right, attributes: *hops, core: *cores}
`

func TestRead(t *testing.T) {
	c := chipOf(t, smallChip)
	require.Equal(t, "small", c.Name)
	require.Equal(t, 3, c.LinkBuffer)
	require.Len(t, c.Tiles, 3)
	require.Len(t, c.Cores, 6)
	require.Equal(t, "left[1]", c.Tiles[1].Name)
	require.Equal(t, [2]int{0, 1}, [2]int{c.Tiles[1].X, c.Tiles[1].Y}, "column by column")
	require.Equal(t, [2]int{1, 0}, [2]int{c.Tiles[2].X, c.Tiles[2].Y})
	require.Equal(t, manycore.Cost{Energy: manycore.Known(3e-12), Latency: manycore.Known(3e-9)}, c.Tiles[0].Hop[manycore.South])
	require.Equal(t, manycore.Known(2e-9), c.Tiles[0].Hop[manycore.East].Latency)
	require.Equal(t, manycore.Cost{Energy: manycore.Known(4e-12)}, c.Tiles[0].Hop[manycore.West])
	require.Equal(t, "2.1", c.CoreName(5))
	require.Equal(t, "lif[1]", c.Cores[0].Somas[1].Name)
	require.Equal(t, 2e-6, c.SyncLatencyFor(1))
	require.Equal(t, []string{
		"tile left: latency_west_hop", "tile right: latency_west_hop",
		"synapse syn: latency_process_spike",
		"dendrite dend: energy_update", "dendrite dend: latency_update",
	}, c.Unpriced()[:5])
	most, ok := c.NeuronsPerCore(0)
	require.True(t, ok)
	require.EqualValues(t, 4, most)
}

// TestSyncForms reads the three forms of a table of barrier latencies.
func TestSyncForms(t *testing.T) {
	for form, want := range map[string][]manycore.SyncLatency{
		"[1 us, 2 us]":         {{Tiles: 0, Latency: 1e-6}, {Tiles: 1, Latency: 2e-6}},
		"{4: 2 us, 1: 1 us}":   {{Tiles: 1, Latency: 1e-6}, {Tiles: 4, Latency: 2e-6}},
		"3 us":                 {{Tiles: 0, Latency: 3e-6}},
		"{0: 0.0, 29: 1.8e-6}": {{Tiles: 0}, {Tiles: 29, Latency: 1.8e-6}},
	} {
		c := chipOf(t, replace(t, smallChip, "sync_model: fixed", "sync_model: table", "latency_sync: 2 us", "latency_sync: "+form))
		require.Equal(t, want, c.Sync)
	}
}

// TestReadErrors damages the small chip in one place each; the message says where and what would be right.
func TestReadErrors(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"energy_north_hop: 1 pJ", "energy_north_hop: -1 pJ", `chip.yaml:13:27: architecture.tile[0].attributes.energy_north_hop: "-1 pJ" is negative; valid: a number of at least 0 with its unit, such as 23.6 pJ, or unpriced`},
		{"energy_north_hop: 1 pJ", "energy_north_hop: 1 ns", `"ns" is not a unit of energy; valid: aJ, fJ, pJ, nJ, uJ, mJ, J`},
		{"latency_north_hop: 1 ns", "latency_north_hop: 1 pJ", `"pJ" is not a unit of time; valid: ps, ns, us, ms, s`},
		{"latency_north_hop: 1 ns", "latency_north_hop: fast", `"fast" is not a time; valid: a number of at least 0 with its unit, such as 3.5 ns`},
		{"latency_north_hop: 1 ns", "latency_north_hop: [1]", "a list is not a time"},
		{"latency_north_hop: 1 ns", "latency_north_hop:", "is not a time"},
		{"        energy_north_hop: 1 pJ\n", "", `chip.yaml:12:7: architecture.tile[0].attributes: "energy_north_hop" is missing`},
		{"energy_north_hop", "energy_nort_hop", `unknown key "energy_nort_hop" (did you mean "energy_north_hop"?)`},
		{"width: 2", "width: 0", "architecture.attributes.width: 0 is out of range; valid: a whole number from 1 to 1024"},
		{"    width: 2\n", "", `"width" is missing; valid: width: a whole number from 1 to 1024: tiles from west to east`},
		{"height: 2", "height: 1", "3 tiles do not fit on a mesh of 2 by 1; valid: at most 2 tiles"},
		{"sync_model: fixed", "sync_model: floating", `unknown sync model "floating"; valid: fixed, table`},
		{"sync_model: fixed\n    latency_sync: 2 us", "sync_model: table", `"latency_sync" is missing`},
		{"sync_model: fixed\n    latency_sync: 2 us", "sync_model: table\n    latency_sync: {many: 1 us}", `key "many" is not a number of tiles`},
		{"left[0..1]", "left[1..0]", `"left[1..0]" does not end with a range; valid: name[a..b] with 0 <= a <= b`},
		{"left[0..1]", "left[0..", "does not end with a range"},
		{"left[0..1]", "left[0..99999]", "the chip is too large; valid: at most 131072 cores"},
		{"core[0..1]", "core[0..999999]", "does not end with a range"},
		{"buffer_position: soma", "buffer_position: dendrite", "a buffer before the dendrite is not modelled; valid: soma"},
		{"buffer_position: soma", "buffer_position: somewhere", `unknown buffer position "somewhere"`},
		{"buffer_position: soma", "buffer_inside_unit: true", "a buffer inside a unit is not modelled"},
		{"max_neurons_supported: 4", "max_neurons_supported: 0", "0 is out of range"},
		{"axon_in: [{name: in, attributes: {energy_message_in: 5 pJ, latency_message_in: 5 ns}}]", "axon_in: []", "axon_in: the list is empty; valid: at least one entry"},
		{"          dendrite: [{name: dend, attributes: {model: accumulator_with_delay}}]\n", "", `"dendrite" is missing; valid: dendrite: a list of units`},
		{"model: current_based", "model: conductance_based", `unknown synapse model "conductance_based"; valid: current_based`},
		{"log_energy: true", "plugin: libmine.so", "units from plugins cannot be read"},
		{"log_energy: true", "log_energy: 7", `"7" is not a switch`},
		{"log_energy: true", "update_every_timestep: true", "synapses that are updated in every time-step are not modelled"},
		{"{model: accumulator_with_delay}", "{model: tree}", `unknown dendrite model "tree"`},
		{"attributes: {model: input}", "attributes: {}", `"model" is missing; valid: model: the name of a soma model`},
		{"{model: input}", "{model: input, energy_spike_out: 1 pJ}", `"energy_access_neuron" is missing; valid: energy_access_neuron: a figure with its unit, or unpriced (all three are given, or none)`},
		{`"lif[0..1]"`, "in", `two units have the name "in"`},
		{`"lif[0..1]"`, `"lif[0..299]"`, "300 units; valid: at most 256"},
		{"  name: small\n", "", `architecture: "name" is missing`},
		{"architecture:\n  name", "architecture: 7\nother:\n  name", `unknown key "other"`},
		{"architecture:", "limits: {fan_in: {value: 0, source: me}}\narchitecture:", "limits.fan_in.value: 0 is out of range"},
		{"architecture:", "limits: {fan_in: {value: 3}}\narchitecture:", `limits.fan_in: "source" is missing; valid: source: where the figure comes from`},
		{"architecture:", "limits: {fan_in: {source: me}}\narchitecture:", `"value" is missing; valid: value: a whole number of synapses into one neuron`},
		{"architecture:", "limits: {fan_inn: {value: 3, source: me}}\narchitecture:", `unknown key "fan_inn" (did you mean "fan_in"?)`},
		{"architecture:", "limits: {decay_bits: {value: 60, source: me}}\narchitecture:", "60 bits; valid: at most 52"},
		{"architecture:", "limits: {synapse_bytes_per_core: {value: 60, source: me}}\narchitecture:", `"synapse_memory" is missing`},
		{"architecture:", "synapse_memory: {index_bits: 65}\narchitecture:", `"weight_bits" is missing`},
		{"architecture:", "sources: [[]]\narchitecture:", "sources[0]: a list is not a text"},
		{"architecture:", "- architecture:", ""},
	} {
		_, err := manycore.Read("chip.yaml", []byte(replace(t, smallChip, c.old, c.new)))
		require.ErrorContains(t, err, c.want, "%s -> %s", c.old, c.new)
		require.ErrorContains(t, err, "chip.yaml:")
		var list *yamltree.Errors
		require.True(t, errors.As(err, &list))
	}
	for text, want := range map[string]string{
		"":                     "chip.yaml:1:1: nothing is given where a mapping is due",
		"limits: {}":           `"architecture" is missing`,
		"architecture: [1, 2]": "a list is not a mapping",
		"architecture: {name: x, attributes: {width: 1, height: 1, link_buffer_size: 1}}": `"tile" is missing`,
	} {
		_, err := manycore.Read("chip.yaml", []byte(text))
		require.ErrorContains(t, err, want)
	}
	_, err := manycore.Read("chip.yaml", []byte(strings.Repeat(" ", 5<<20)))
	require.ErrorContains(t, err, "the file is too large")
}

// FuzzRead looks for descriptions that break the reader, or that it accepts and that then break a mapping.
func FuzzRead(f *testing.F) {
	f.Add([]byte(smallChip))
	f.Add([]byte(""))
	f.Add([]byte("architecture: {tile: [{name: 'x[0..9]'}]}"))
	for _, name := range manycore.Names() {
		data, err := manycore.File(name)
		require.NoError(f, err)
		f.Add(data)
	}
	d := &manycore.Description{
		Populations: []manycore.Population{{Name: "p", Size: 3}},
		Projections: []manycore.Projection{{Name: "q", From: manycore.View{Population: "p", Hi: 3}, To: manycore.View{Population: "p", Hi: 3}, Wiring: manycore.AllToAll{}}},
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := manycore.Read("chip.yaml", data)
		if err != nil {
			return
		}
		c.Unpriced()
		if p, err := manycore.Map(c, d, manycore.MapOptions{Order: manycore.Snake}); err == nil {
			_, err = c.Traffic(d, p, &manycore.Spikes{Populations: []manycore.PopulationSpikes{{Population: "p", Counts: []int64{1, 2, 3}}}})
			require.NoError(t, err)
		}
	})
}
