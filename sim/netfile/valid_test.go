package netfile

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"couplet/internal/aer"
	"couplet/neuron"
	"couplet/sim"
	"couplet/synapse"

	"github.com/stretchr/testify/require"
)

// validFiles lists the network files that must be read.
func validFiles(t testing.TB) []string {
	files, err := filepath.Glob("testdata/valid/*.yaml")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 7)
	return files
}

// Writing what was read gives a file that reads back as the same network, and that is its own
// normal form.
func TestValidFilesRoundTrip(t *testing.T) {
	for _, file := range validFiles(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			net, err := Load(file, Options{})
			require.NoError(t, err)
			requireRoundTrip(t, net, Options{DataDir: filepath.Dir(file)})
			requireSplitRoundTrip(t, filepath.Join(t.TempDir(), "net.yaml"), net, Options{DataDir: filepath.Dir(file)})
		})
	}
}

func requireRoundTrip(t require.TestingT, net *sim.Network, o Options) {
	var text, again bytes.Buffer
	require.NoError(t, Write(&text, net))
	back, err := Read("run.yaml", text.Bytes(), o)
	require.NoError(t, err, text.String())
	require.Equal(t, flatten(net), flatten(back), text.String())
	require.NoError(t, Write(&again, back))
	require.Equal(t, text.String(), again.String())
}

// The example of the design, said in Go.
func TestBrunel(t *testing.T) {
	net, err := Load("testdata/valid/brunel.yaml", Options{})
	require.NoError(t, err)

	cell := neuron.NewPSCDelta()
	cell.Cm, cell.TauM, cell.EL, cell.VTh, cell.VReset, cell.TRef = 1, 20, 0, 20, 0, 2
	want := sim.NewNetwork("brunel")
	exc, inh := want.Population("exc", 10_000, cell), want.Population("inh", 2_500, cell)
	for _, to := range []*sim.Population{exc, inh} {
		s := want.Stimulate(to, sim.Poisson{RateHz: 20_000})
		s.Name, s.Weight, s.DelayMs = "drive:"+to.Name, 0.1, 1.5
		want.Project(exc, to, synapse.FixedInDegree(1000), synapse.Fixed(0.1, 1.5))
	}
	for _, to := range []*sim.Population{exc, inh} {
		want.Project(inh, to, synapse.FixedInDegree(250), synapse.Fixed(-0.5, 1.5))
	}
	want.RecordSpikes(exc, inh)
	want.RecordVariable(exc.Slice(0, 10), "V_m", 1)
	require.Equal(t, flatten(want), flatten(net))

	require.Equal(t, "populations.inh", net.Populations[1].Path)
	require.Equal(t, "projections[1]", net.Projections[3].Path, "both parts of an entry have its path")
	require.Equal(t, "stimuli.drive", net.Stimuli[1].Path)
	require.Equal(t, "record[0]", net.Recorders[1].Path)
}

func read(t testing.TB, file string) flat {
	net, err := Load(filepath.Join("testdata/valid", file), Options{})
	require.NoError(t, err)
	return flatten(net)
}

func TestDefaults(t *testing.T) {
	want := sim.NewNetwork("")
	want.Population("cell", 1, neuron.NewPSCExp())
	require.Equal(t, flatten(want), read(t, "defaults.yaml"))
}

func TestValues(t *testing.T) {
	net := read(t, "values.yaml")
	require.Equal(t, 0.1, net.TickMs)
	require.Equal(t, uint64(1<<64-1), net.Seed)
	require.Equal(t, 200.0, net.RunMs)

	spread := net.Populations[0]
	require.Equal(t, sim.Float32, spread.Precision)
	require.Equal(t, sim.ClockedHosting, spread.Host)
	cell := spread.Model.(neuron.PSCExp)
	require.Equal(t, 250.0, cell.Cm)
	require.Equal(t, -70.0, cell.EL)
	require.Equal(t, map[string]synapse.Value{
		"tau_m":    synapse.Listed{10, 10, 20, 10},
		"I_e":      synapse.Uniform{Lo: 0, Hi: 100},
		"V_th":     synapse.Normal{Mean: -50, Std: 0.5, Min: -52, Max: -50 + 8.5*0.5},
		"V_m":      synapse.Normal{Mean: -65, Std: 2, Min: -69, Max: -61},
		"I_syn_ex": synapse.Listed{0, 1, 2, 3},
	}, spread.Each)

	lazy := net.Populations[1]
	require.Equal(t, 15.0, lazy.Model.(neuron.PSCExp).TauM)
	require.NotContains(t, lazy.Each, "tau_m", "one value takes the place of a list")
	require.Equal(t, synapse.Const(5), lazy.Each["I_syn_ex"])
	require.Equal(t, spread.Each["V_th"], lazy.Each["V_th"])
	require.Equal(t, synapse.Listed{1, 0, 1}, net.Populations[2].Each["refractory_input"])
	require.True(t, net.Populations[3].Model.(neuron.PSCDelta).RefractoryInput)
	require.Equal(t, flatPopulation{Name: "other", Size: 3, Model: neuron.NewParrot(), Each: map[string]synapse.Value{}}, net.Populations[4],
		"another model takes over the size only")

	require.Equal(t, sim.StepCurrent{TimesMs: []float64{0, 10, 20}, Amplitudes: []float64{100, 0, -100}}, net.Stimuli[1].Drive)
	require.Equal(t, flatStimulus{"dc", flatView{0, 0, 4}, sim.DC{Amplitude: synapse.Listed{1, 2, 3, 4}, StartMs: 5, StopMs: 50}, 2, 0.3}, net.Stimuli[2])
	require.Equal(t, sim.DC{Amplitude: synapse.Lognormal{Mu: 2, Sigma: 0.5}}, net.Stimuli[3].Drive)
	require.Equal(t, flatStimulus{"kick:delta[0]", flatView{2, 0, 1}, sim.Poisson{RateHz: 1500, StartMs: 1, StopMs: 2}, 1, 0}, net.Stimuli[4])
	require.Equal(t, "kick:other", net.Stimuli[5].Name)

	p := net.Projections
	require.Equal(t, flatProjection{"matrix", flatView{2, 0, 3}, flatView{2, 0, 3}, synapse.AllToAll{NoSelf: true},
		synapse.Static{Weight: synapse.Listed{0, 1, 2, 3, 4, 5, 6, 7, 8}, DelayMs: synapse.Uniform{Lo: 0.5, Hi: 3}}}, p[0])
	require.Equal(t, flatProjection{"delta->spread", flatView{2, 0, 2}, flatView{0, 2, 4}, synapse.OneToOne{},
		synapse.Static{Weight: synapse.Listed{10, 20}, DelayMs: synapse.Listed{1, 2}}}, p[1])
	require.Equal(t, synapse.Bernoulli{P: 0.1}, p[3].Rule)
	require.Equal(t, synapse.Static{Weight: synapse.Rounded{Value: synapse.Lognormal{Mu: 1, Sigma: 0.3}, Step: 0.5}, DelayMs: synapse.Const(1)}, p[3].Synapse)
	require.Equal(t, synapse.OutDegree{K: 2, NoMultiple: true, NoSelf: true}, p[4].Rule)
	require.Equal(t, synapse.Static{Weight: synapse.Normal{Mean: 5, Std: 1, Min: 5 - 8.5, Max: 10}, DelayMs: synapse.Normal{Mean: 2, Std: 1, Min: 0.1, Max: 10}}, p[4].Synapse)
	require.Equal(t, synapse.TotalNumber{N: 100}, p[5].Rule)
	require.Equal(t, synapse.Explicit{Source: []uint32{0, 3}, Target: []uint32{1, 2}}, p[6].Rule)
	require.Equal(t, synapse.Explicit{Source: []uint32{0, 3}, Target: []uint32{1, 1}}, p[7].Rule)

	require.Equal(t, []flatRecorder{
		{"all:spread", "spikes", flatView{0, 0, 4}, -1, 0},
		{"all:lazy[1..2]", "spikes", flatView{1, 1, 3}, -1, 0},
		{"all:delta[0]", "spikes", flatView{2, 0, 1}, -1, 0},
		{"", "I_syn_ex", flatView{0, 0, 4}, -1, 0},
		{"", "V_m", flatView{0, 3, 4}, -1, 0.5},
		{"", "V_m", flatView{1, 3, 4}, -1, 0.5},
	}, net.Recorders)
}

func TestPlasticSynapses(t *testing.T) {
	net := read(t, "plastic.yaml")
	require.Equal(t, neuron.SpikeSource{Times: [][]float64{{1, 2, 2}, {}, {3}}}, net.Populations[0].Model)
	require.Equal(t, 3, net.Populations[0].Size)

	pair := synapse.NewSTDP()
	pair.Lambda, pair.TauPlus, pair.Wmax = 0.02, 15, 100
	pair.Weight, pair.DelayMs = synapse.Const(45), synapse.Const(1.5)
	require.Equal(t, pair, net.Projections[0].Synapse)
	triplet := synapse.NewSTDPTriplet()
	triplet.Aplus, triplet.Wmax = 1, 200
	require.Equal(t, triplet, net.Projections[2].Synapse)
	require.Equal(t, "short:exc->exc[0..1]", net.Projections[3].Name)
	require.Equal(t, "short:exc->exc[2]", net.Projections[4].Name)

	require.Equal(t, []flatRecorder{
		{"", "weights", flatView{-1, 0, 0}, 0, 0},
		{"", "weights", flatView{-1, 0, 0}, 1, 0},
		{"depression:short:exc->exc[0..1]", "weights", flatView{-1, 0, 0}, 3, 0},
		{"depression:short:exc->exc[2]", "weights", flatView{-1, 0, 0}, 4, 0},
		{"", "weights", flatView{-1, 0, 0}, 2, 0},
	}, net.Recorders)
}

func TestStepGrid(t *testing.T) {
	net := read(t, "steps.yaml")
	require.True(t, net.Steps)
	require.Equal(t, 1.0, net.TickMs)
	require.Equal(t, 20.0, net.RunMs)
	require.Equal(t, []int{1, 6, 6}, net.Populations[0].Shape)
	require.Equal(t, 36, net.Populations[0].Size)
	require.Nil(t, net.Populations[0].Model.(neuron.SpikeSource).Times, "without times a source is silent")
	require.Equal(t, sim.Poisson{RateHz: 50, StartMs: 2, StopMs: 10}, net.Stimuli[0].Drive, "0.05 a step are 50 in 1000 steps")

	require.Equal(t, synapse.Listed{100, 0}, net.Populations[4].Each["rate"])
	require.Equal(t, 5.0, net.Populations[4].Model.(neuron.PoissonSource).Start)

	in := synapse.Shape{1, 6, 6}
	require.Equal(t, synapse.Conv{In: in, OutChannels: 2, Kernel: []int{3, 3}, Stride: []int{2, 2}, Padding: []int{1, 1}}, net.Projections[0].Rule)
	require.Equal(t, synapse.Static{
		Weight:  synapse.Listed{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 2, 3, 4, 5, 6, 7, 8, 9},
		DelayMs: synapse.Const(0)}, net.Projections[0].Synapse)
	features := synapse.Shape{2, 3, 3}
	require.Equal(t, synapse.AvgPool{In: features, Kernel: []int{3, 3}}, net.Projections[1].Rule)
	require.Equal(t, synapse.TransposedConv{In: features, OutChannels: 1, Kernel: []int{2, 2}, Stride: []int{2, 2}}, net.Projections[4].Rule)
	require.Equal(t, synapse.Conv{In: synapse.Shape{1, 3, 3}, OutChannels: 2, Kernel: []int{3, 3}}, net.Projections[5].Rule)
	require.Equal(t, synapse.SumPool{In: features, Kernel: []int{3, 3}, Stride: []int{3, 3}}, net.Projections[6].Rule)
}

// writeRecording makes a recording of 4x3 pixels: one pixel gets darker twice in one tick, another
// brighter at 0 and later, out of order.
func writeRecording(t testing.TB, path string) {
	f, err := os.Create(path)
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, aer.WriteCSV(f, &aer.Recording{Width: 4, Height: 3, Events: []aer.Event{
		{T: 0, X: 1, Y: 2, On: true},
		{T: 2_500, X: 3, Y: 0},
		{T: 2_501, X: 3, Y: 0},
		{T: 3_000, X: 3, Y: 0},
		{T: 1_000, X: 1, Y: 2, On: true},
	}}))
}

func TestEvents(t *testing.T) {
	directory := t.TempDir()
	writeRecording(t, filepath.Join(directory, "camera.csv"))
	entry := func(grid, more string) string {
		return "tick: " + grid + "\npopulations:\n  camera: {model: events, file: camera.csv" + more + "}\n  same: {like: camera}\n"
	}
	const bright, dark = 3*4 + 2*4 + 1, 0*4 + 3
	for _, c := range []struct {
		name, text   string
		bright, dark []float64 // ms or steps
	}{
		{"tick of 1 ms", entry("1 ms", ""), []float64{1, 1}, []float64{3, 3, 3}},
		{"tick of 0.1 ms", entry("0.1 ms", ", shape: [2, 3, 4]"), []float64{0.1, 1}, []float64{2.5, 2.6, 3}},
		{"twice as fast", entry("1 ms", ", time_scale: 2 ms, format: csv"), []float64{1, 1}, []float64{2, 2, 2}},
		{"steps of half a millisecond", entry("1 step", ", time_scale: 500 us"), []float64{1, 2}, []float64{5, 6, 6}},
	} {
		t.Run(c.name, func(t *testing.T) {
			net, err := Read(filepath.Join(directory, "net.yaml"), []byte(c.text), Options{})
			require.NoError(t, err)
			for _, p := range net.Populations {
				require.Equal(t, 24, p.Size)
				require.Equal(t, []int{2, 3, 4}, p.Shape)
				m := p.Model.(EventFile)
				require.Equal(t, "camera.csv", m.File)
				for i, times := range m.Times {
					switch i {
					case bright:
						require.InDeltaSlice(t, c.bright, times, 1e-12)
					case dark:
						require.InDeltaSlice(t, c.dark, times, 1e-12)
					default:
						require.Empty(t, times)
					}
				}
			}
			var text bytes.Buffer
			require.NoError(t, Write(&text, net))
			require.Contains(t, text.String(), "file: camera.csv", "the reference stays")
			require.NotContains(t, text.String(), directory)
			requireRoundTrip(t, net, Options{DataDir: directory})
			elsewhere, err := Read("somewhere/net.yaml", text.Bytes(), Options{DataDir: directory})
			require.NoError(t, err)
			require.Equal(t, flatten(net), flatten(elsewhere))
		})
	}
	absolute := strings.Replace(entry("1 ms", ""), "camera.csv", filepath.Join(directory, "camera.csv"), 1)
	_, err := Read("net.yaml", []byte(absolute), Options{})
	require.NoError(t, err)
}

func TestEventTick(t *testing.T) {
	for ticks, want := range map[float64]float64{0: 1, 0.3: 1, 1: 1, 1.0001: 2, 3 - 1e-12: 3, 3 + 1e-12: 3, 2.5: 3} {
		require.Equal(t, want, eventTick(ticks), "%v", ticks)
	}
}

func TestSet(t *testing.T) {
	net, err := Load("testdata/valid/brunel.yaml", Options{Set: []string{
		"populations.exc.size=100", "stimuli.drive.rate=10 kHz", "projections[0].indegree=10", "run=2 s", "projections[1].to=exc",
	}})
	require.NoError(t, err)
	require.Equal(t, 100, net.Populations[0].Size)
	require.Equal(t, 10_000.0, net.Stimuli[1].Drive.(sim.Poisson).RateHz)
	require.Equal(t, synapse.InDegree{K: 10}, net.Projections[1].Rule)
	require.Equal(t, 2000.0, net.RunMs)
	require.Len(t, net.Projections, 3)

	_, err = Load("testdata/valid/brunel.yaml", Options{Set: []string{"populations.exc.size=0", "stimuli.drive.rat=1 Hz"}})
	require.EqualError(t, err, `set "populations.exc.size=0":1:22: populations.exc.size: 0 is out of range; valid: a whole number from 1 to 2147483647
set "stimuli.drive.rat=1 Hz":1:1: stimuli.drive.rat: unknown key "rat" (did you mean "rate"?); valid: model, to, delay, rate, start, stop, weight`)
}

func TestLoadErrors(t *testing.T) {
	_, err := Load("testdata/valid/none.yaml", Options{})
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = Load("testdata/valid", Options{})
	require.ErrorContains(t, err, "netfile: ")
	_, err = Load("testdata/valid/brunel.yaml", Options{MaxBytes: 100})
	require.EqualError(t, err, "testdata/valid/brunel.yaml:1:1: the file is too large; valid: at most 100 bytes")
}
