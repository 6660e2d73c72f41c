package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel"
	"couplet/hwmodel/manycore"
	"couplet/sim/netfile"
	"couplet/sim/result"
)

// A run is mapped, and its counts are priced at their cores: what is on the cores adds up to the bill of the run
// that is not mapped, plus messages and hops, and go tool pprof finds chip, core, population, projection and
// operation.
func TestMappedBill(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "conv")
	code, _, stderr := command(t, t.Context(), "run", filepath.Join(examples, "conv.yaml"), "--out", dir)
	require.Equal(t, exitOK, code, stderr)
	run, err := result.Load(dir)
	require.NoError(t, err)
	file := filepath.Join(dir, configFile)
	net, err := netfile.Load(file, netfile.Options{})
	require.NoError(t, err)
	places, err := hwmodel.NetworkPlaces(net, file, run.Config)
	require.NoError(t, err)
	counts, err := hwmodel.FromActivity(net, run.Activity, hwmodel.Origin{Places: places})
	require.NoError(t, err)

	mapping := filepath.Join(t.TempDir(), "map.yaml")
	require.NoError(t, os.WriteFile(mapping, []byte(`mappings:
  - image: {core: 0.0}
  - lines.0..127: {core: 0.1}
  - lines.128..255: {core: 4.0}
  - pooled: {core: 5.0}
  - orientation: {core: 5.0}
`), 0o666))
	mapped, err := mapRun("loihi", mapping, net, file, run)
	require.NoError(t, err)
	located, err := mapped.located(counts)
	require.NoError(t, err)
	profile, err := hwmodel.Chip("loihi_davies2018")
	require.NoError(t, err)
	before, err := hwmodel.Price(counts, profile, hwmodel.Conditions{})
	require.NoError(t, err)
	after, err := hwmodel.Price(located, profile, hwmodel.Conditions{})
	require.NoError(t, err)

	var messages hwmodel.Energy
	for _, term := range []struct {
		term hwmodel.Term
		n    int64
	}{
		{hwmodel.SpikeWithinTile, mapped.traffic.Total.WithinTile},
		{hwmodel.HopEW, mapped.traffic.Total.East + mapped.traffic.Total.West},
		{hwmodel.HopNS, mapped.traffic.Total.North + mapped.traffic.Total.South},
	} {
		require.Positive(t, term.n, term.term)
		messages = messages.Plus(profile.Prices[term.term].Energy.Times(term.n))
	}
	require.Equal(t, before.Dynamic().Plus(messages), after.Dynamic())
	names, sum := []string{}, hwmodel.Energy{}
	for _, line := range after.ByCore() {
		if line.Energy.Sign() > 0 {
			names = append(names, line.Name)
		}
		sum = sum.Plus(line.Energy)
	}
	require.ElementsMatch(t, []string{"loihi/0.0", "loihi/0.1", "loihi/4.0", "loihi/5.0"}, names)
	require.Equal(t, after.Dynamic(), sum)

	var profiled bytes.Buffer
	require.NoError(t, after.WritePprof(&profiled, hwmodel.Femtojoules))
	file = filepath.Join(t.TempDir(), "energy.pb.gz")
	require.NoError(t, os.WriteFile(file, profiled.Bytes(), 0o666))
	out, err := exec.CommandContext(t.Context(), "go", "tool", "pprof", "-top", "-cum", "-nodecount=200", "-sample_index=energy", file).CombinedOutput()
	require.NoError(t, err, string(out))
	for _, path := range []string{"loihi", "loihi/4.0", "loihi/4.0/lines", "loihi/4.0/lines/image->lines", "loihi/4.0/lines/image->lines/synaptic_op_conv"} {
		require.Contains(t, strings.Fields(string(out)), path)
	}
}

// What a replay says of messages, hops, events and energy is what the traffic counts, core by core and step by step.
func TestMapReplayConserves(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "conv")
	code, _, stderr := command(t, t.Context(), "run", filepath.Join(examples, "conv.yaml"), "--out", dir)
	require.Equal(t, exitOK, code, stderr)
	small, err := manycore.File("loihi_sanafe_fit")
	require.NoError(t, err)
	chip := filepath.Join(t.TempDir(), "small.yaml") // with so few neurons on a core that messages travel
	text := strings.Replace(string(small), "neurons_per_core: {value: 1024", "neurons_per_core: {value: 20", 1)
	require.NotEqual(t, string(small), text)
	require.NoError(t, os.WriteFile(chip, []byte(text), 0o666))
	for _, timing := range []string{timingSimple, timingDetailed} {
		code, out, stderr := command(t, t.Context(), "map", "--result", dir, "--chip", chip, "--order", orderSnake, "--timing", timing, "--json")
		require.Equal(t, exitOK, code, stderr)
		var r mapReport
		require.NoError(t, json.Unmarshal([]byte(out), &r))
		flow, total := &r.Traffic.Total, &r.Replay.Totals
		require.Greater(t, flow.Hops(), int64(1000))
		require.Equal(t, flow.Hops(), total.Hops())
		require.Equal(t, flow.Messages+flow.FromOutside, total.Packets)
		require.Equal(t, flow.SynapseEvents, total.SynapseEvents)
		require.Equal(t, flow.Spikes, total.Fired)
		require.Len(t, r.Replay.Cores, len(r.Traffic.Cores))
		cores, steps, time := 0.0, 0.0, 0.0
		for i := range r.Replay.Cores {
			c, seen := &r.Replay.Cores[i], &r.Traffic.Cores[i]
			require.Equal(t, seen.Name, c.Name)
			require.Equal(t, seen.Hops(), c.Hops(), c.Name)
			require.Equal(t, seen.Messages, c.Packets, c.Name)
			require.Equal(t, seen.MessagesIn, c.PacketsIn, c.Name)
			require.Equal(t, seen.SynapseEvents, c.SynapseEvents, c.Name)
			cores += c.Energy.Total()
		}
		for i := range r.Replay.Steps {
			s := &r.Replay.Steps[i]
			steps += s.Energy.Total()
			time += map[string]float64{timingSimple: s.Simple, timingDetailed: s.Detailed}[timing]
		}
		require.InEpsilon(t, total.Energy.Total(), cores, 1e-9)
		require.InEpsilon(t, total.Energy.Total(), steps, 1e-9)
		require.InEpsilon(t, r.Replay.Time, time, 1e-9)
	}
}

// A long replay is stopped as a run is.
func TestMapStopped(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "conv")
	code, _, stderr := command(t, t.Context(), "run", filepath.Join(examples, "conv.yaml"), "--out", dir)
	require.Equal(t, exitOK, code, stderr)
	code, out, stderr := command(t, &expiring{t.Context(), 40}, "map", "--result", dir, "--write", filepath.Join(dir, "map.yaml"))
	require.Equal(t, exitRun, code)
	require.Empty(t, out)
	require.Equal(t, "couplet: stopped at step 40 of 100; nothing was written\n", stderr)
	require.NoFileExists(t, filepath.Join(dir, "map.yaml"))
}

func TestEngineering(t *testing.T) {
	for want, x := range map[string]float64{
		"0 J": 0, "1 J": 1, "12.5 mJ": 0.0125, "999.9 uJ": 999.9e-6, "1 mJ": 999.96e-6, "3 fJ": 3e-15, "2 aJ": 2e-18, "0.2 aJ": 2e-19, "1234 J": 1234, "-5 nJ": -5e-9,
	} {
		require.Equal(t, want, engineering(x, "J"))
	}
}
