package hwmodel_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel"
)

var update = flag.Bool("update", false, "write the expected files of testdata anew")

// checkFile compares what is written with a file of testdata.
func checkFile(t *testing.T, name string, write func(io.Writer) error) {
	t.Helper()
	var have bytes.Buffer
	require.NoError(t, write(&have))
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, have.Bytes(), 0o666))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), have.String(), "%s (go test -update writes it anew)", path)
}

// everything are counts in which every status, a missing count and an assumption occur.
func everything() hwmodel.Counts {
	c := mapped()
	c.List = append(c.List,
		hwmodel.Count{Path: hwmodel.Path{Chip: "chip0", Core: "core0", Population: "exc", Projection: "inh->exc"}, Place: hwmodel.Place{File: "net.yaml", Line: 5}, Term: hwmodel.WeightFetch, N: 4000},
		hwmodel.Count{Path: hwmodel.Path{Population: "host"}, Layer: "host", Term: hwmodel.HostCall, N: 3},
		hwmodel.Count{Path: hwmodel.Path{Population: "host"}, Layer: "host", Term: hwmodel.MemRead, Memory: hwmodel.Memory{Name: "state", Bytes: 32 << 10, Bits: 32}, N: 5},
	)
	c.Missing = []hwmodel.Missing{{Term: hwmodel.KernelRow, Where: "exc->conv1/E", Why: "the engine counts synaptic events, not rows of the kernel"}}
	c.Assumptions = []string{"exc: updated in every tick; idle updates are not told apart and count as active"}
	return c
}

// TestBillFiles: the bill as text, CSV and JSON, with and without what it needs beside the counts.
func TestBillFiles(t *testing.T) {
	loihi := priced(t, "loihi_davies2018", everything(), hwmodel.Conditions{Duration: duration(t, "100 us"), Inferences: 4})
	checkFile(t, "bill_loihi.txt", loihi.WriteText)
	checkFile(t, "bill_loihi.csv", loihi.WriteCSV)
	checkFile(t, "bill_loihi.json", loihi.WriteJSON)
	checkFile(t, "bill_odin_open.txt", priced(t, "odin_0v55", everything(), hwmodel.Conditions{}).WriteText)
	checkFile(t, "bill_memory.txt", priced(t, "memory45_int8", everything(), hwmodel.Conditions{}).WriteText)
	checkFile(t, "bill_cpu.txt", priced(t, "keras_cpu", everything(), hwmodel.Conditions{}).WriteText)
}

// TestComparisonFiles: the same counts on several chips.
func TestComparisonFiles(t *testing.T) {
	var profiles []*hwmodel.Profile
	for _, name := range []string{"cmos45_fp32", "loihi_davies2018", "odin_0v55", "truenorth_avg_0v775", "spinnaker"} {
		profiles = append(profiles, chip(t, name))
	}
	x, err := hwmodel.Compare(everything(), profiles, hwmodel.Conditions{Duration: duration(t, "1 ms")})
	require.NoError(t, err)
	checkFile(t, "comparison.txt", x.WriteText)
	checkFile(t, "comparison.csv", x.WriteCSV)
	var file bytes.Buffer
	require.NoError(t, x.WriteJSON(&file))
	for _, p := range profiles {
		require.Contains(t, file.String(), `"profile": "`+p.Name+`"`)
	}
}

// TestStaticPower: per chip and per core, with and without what it needs.
func TestStaticPower(t *testing.T) {
	p := sketch(t, "prices: {synaptic_op: {energy: 1 pJ, grade: meas, source: test}}", `static:
  - {name: chip, power: 1 mW, per: chip, grade: meas, source: test}
  - {name: core, power: 1 uW, per: core, grade: 2nd, source: test}
  - {name: clock, clock_power: 2 uW/MHz, per: chip, grade: meas, source: test}`)
	bill := func(c hwmodel.Counts, cond hwmodel.Conditions) *hwmodel.Bill {
		b, err := hwmodel.Price(c, p, cond)
		require.NoError(t, err)
		return b
	}
	second := duration(t, "1 s")
	two := mapped() // one chip, two cores
	require.Equal(t, "1.002 mJ", bill(two, hwmodel.Conditions{Duration: second}).StaticEnergy().String())
	require.Equal(t, "2.205 mJ", bill(two, hwmodel.Conditions{Duration: second, Chips: 2, Cores: 5, Clock: frequency(t, "50 MHz")}).StaticEnergy().String())
	unmapped := bill(counts(n{hwmodel.SynapticOp: 1}), hwmodel.Conditions{Duration: second})
	require.Equal(t, "1 mJ", unmapped.StaticEnergy().String())
	require.Equal(t, []string{"static core is not billed: the number of cores is not known", "static clock is not billed: the clock frequency is not known"}, unmapped.Warnings)
	grade, ok := unmapped.WeakestGrade()
	require.True(t, ok)
	require.Equal(t, hwmodel.Measured, grade, "what is not billed has no say")
	require.Len(t, bill(two, hwmodel.Conditions{}).Warnings, 3)
}

// TestLatency: times add up along a core; cores work side by side.
func TestLatency(t *testing.T) {
	l, ok := priced(t, "loihi_davies2018", mapped(), hwmodel.Conditions{}).Latency()
	require.True(t, ok)
	// core 0: 1000·8.4 + 4000·3.5 ns; core 1: 500·8.4 + 2000·5.3 + 100·3.5 + 7·4.1 ns.
	require.Equal(t, "22.4 us", l.Busiest.String())
	require.Equal(t, "chip0/core0", l.Core)
	require.Equal(t, "37.5787 us", l.Serial.String())
	require.Equal(t, []hwmodel.Term{hwmodel.SpikePositive}, l.Untimed)
	_, ok = priced(t, "odin_0v55", mapped(), hwmodel.Conditions{}).Latency()
	require.False(t, ok)
}

// TestEmptyBill: nothing happened.
func TestEmptyBill(t *testing.T) {
	b := priced(t, "loihi_davies2018", hwmodel.Counts{}, hwmodel.Conditions{})
	require.Zero(t, b.Total().Sign())
	_, ok := b.PerSynapticEvent()
	require.False(t, ok)
	_, ok = b.WeakestGrade()
	require.False(t, ok)
	require.Contains(t, goTool(t, b, "-comments"), "loihi_davies2018")
	require.NoError(t, b.WriteText(io.Discard))
	require.NoError(t, b.WriteJSON(io.Discard))
}

// TestRefusedCounts: counts that cannot be priced.
func TestRefusedCounts(t *testing.T) {
	at := func(term hwmodel.Term, n int64, m hwmodel.Memory) hwmodel.Count {
		return hwmodel.Count{Path: hwmodel.Path{Population: "exc"}, Term: term, N: n, Memory: m}
	}
	for _, x := range []struct {
		list []hwmodel.Count
		want string
	}{
		{[]hwmodel.Count{at("synapse", 1, hwmodel.Memory{})}, `hwmodel: count 0 (exc): unknown term "synapse"`},
		{[]hwmodel.Count{at(hwmodel.Hop, -1, hwmodel.Memory{})}, "hwmodel: count 0 (exc): hop: a count must not be negative (-1)"},
		{[]hwmodel.Count{at(hwmodel.MemRead, 1, hwmodel.Memory{Bits: 8})}, "hwmodel: count 0 (exc): memory_read: a memory must have 1 to 2^40 bytes (0)"},
		{[]hwmodel.Count{at(hwmodel.MemWrite, 1, hwmodel.Memory{Bytes: 8, Bits: 9000})}, "hwmodel: count 0 (exc): memory_write: a word must have 1 to 4096 bits (9000)"},
		{[]hwmodel.Count{at(hwmodel.Hop, hwmodel.MaxEvents, hwmodel.Memory{}), at(hwmodel.Hop, 1, hwmodel.Memory{})},
			"hwmodel: the counts add up to more than 2^53 events; valid: price the run in parts"},
	} {
		_, err := hwmodel.Price(hwmodel.Counts{List: x.list}, chip(t, "cmos45_fp32"), hwmodel.Conditions{})
		require.EqualError(t, err, x.want)
	}
	_, err := hwmodel.Price(hwmodel.Counts{}, chip(t, "cmos45_fp32"), hwmodel.Conditions{Chips: -1})
	require.ErrorContains(t, err, "conditions must not be negative")
}

// TestSensitivity: rates scale what follows spikes and nothing else.
func TestSensitivity(t *testing.T) {
	c := counts(n{hwmodel.SynapticOp: 1001, hwmodel.NeuronUpdateIdle: 100, hwmodel.SpikeOut: 4})
	list, err := hwmodel.Sensitivity(c, chip(t, "loihi_davies2018"), hwmodel.Conditions{}, hwmodel.WhatIf{Rates: []float64{0, 0.5, 2}, WeightBits: []int{4}})
	require.NoError(t, err)
	idle := energy(t, "5200 pJ")
	synapses := energy(t, "23.6 pJ")
	require.Equal(t, idle.Plus(synapses.Times(1001)), list[0].Total)
	require.Equal(t, idle, list[1].Total)
	require.Equal(t, idle.Plus(synapses.Times(501)), list[2].Total, "halves go up")
	require.Equal(t, idle.Plus(synapses.Times(2002)), list[3].Total)
	require.Equal(t, list[0].Total, list[4].Total)
	require.Equal(t, "the prices of loihi_davies2018 do not depend on the width of weights", list[4].Remark)
	require.Equal(t, list[0].Total, list[5].Total)
	require.Equal(t, idle.Plus(energy(t, "35.5 pJ").Times(1001)), list[6].Total, "the fit of SANA-FE is the upper end")
	require.InDelta(t, 1.0, list[0].Ratio, 0)
	_, err = hwmodel.Sensitivity(c, chip(t, "loihi_davies2018"), hwmodel.Conditions{}, hwmodel.WhatIf{Rates: []float64{-1}})
	require.ErrorContains(t, err, "must be a number from 0 on (-1)")
	_, err = hwmodel.Sensitivity(c, chip(t, "memory45_int8"), hwmodel.Conditions{}, hwmodel.WhatIf{WeightBits: []int{0}})
	require.ErrorContains(t, err, "a word must have 1 to 4096 bits (0)")
}

// TestLayers: a layer is what the counts say, whatever populations and cores it consists of.
func TestLayers(t *testing.T) {
	at := func(core, population, layer string, n int64) hwmodel.Count {
		return hwmodel.Count{Path: hwmodel.Path{Core: core, Population: population}, Layer: layer, Term: hwmodel.SynapticOp, N: n}
	}
	c := hwmodel.Counts{List: []hwmodel.Count{at("a", "E", "conv1", 1), at("b", "I", "conv1", 2), at("a", "out", "", 4), at("b", "out", "", 8)}}
	require.Equal(t, []hwmodel.LayerTotal{
		{Layer: "conv1", Terms: []hwmodel.TermTotal{{Term: hwmodel.SynapticOp, N: 3}}},
		{Layer: "out", Terms: []hwmodel.TermTotal{{Term: hwmodel.SynapticOp, N: 12}}},
	}, c.PerLayer())
	b := priced(t, "cmos45_int8", c, hwmodel.Conditions{})
	unit := energy(t, "0.03 pJ")
	require.Equal(t, []hwmodel.Line{{Name: "conv1", Energy: unit.Times(3)}, {Name: "out", Energy: unit.Times(12)}}, b.ByLayer())
	require.Equal(t, []hwmodel.Line{{Name: "a", Energy: unit.Times(5)}, {Name: "b", Energy: unit.Times(10)}}, b.ByCore())
}
