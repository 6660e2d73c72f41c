package runfile_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"couplet/learning/optim"
	"couplet/learning/ottt"
	"couplet/learning/runfile"
	"couplet/learning/train"

	"github.com/stretchr/testify/require"
)

// full is a run file with something in every corner.
const full = `
train: full
seed: 18446744073709551615
data: {set: cifar10, path: there, first: 100, validation: 0.1, normalise: usual, augment: [{crop: 4}, flip, {cutout: 8}]}
network:
  nfresnet:
    stem: {channels: 8, kernel: 3, stride: 1}
    stages: [{blocks: 1, channels: 8}, {blocks: 2, channels: 16}]
    dropout: 0.1
    lambda: 0.75
rule:
  ottt: {mode: online, ticks: 6, mse: 0.05}
initial:
  nio: {objective: gc, iterations: 3, batch: 16}
optimiser:
  adan: {lr: 0.005, decay: 0.02, no_prox: true}
schedule: {cosine: 300 epochs, floor: 0.01, warm_up: 400 steps, from: 0.1}
clip_norm: 5
batch: 16
epochs: 300
parts: 4
engine: batch
precision: float64
`

func TestFull(t *testing.T) {
	c, err := runfile.Read("full.yaml", []byte(full))
	require.NoError(t, err)
	require.Equal(t, uint64(1<<64-1), c.Seed)
	require.Equal(t, ottt.Online, c.Rule.OTTT.Mode)
	require.Equal(t, []ottt.Stage{{Blocks: 1, Channels: 8}, {Blocks: 2, Channels: 16}}, c.Network.NFResNet.Stages)
	require.Equal(t, 0.75, c.Network.NFResNet.Neuron.Lambda)
	require.Equal(t, 0.2, c.Network.NFResNet.Alpha, "the default")
	require.Len(t, c.Data.Augment, 3)
	require.Equal(t, optim.WarmUp{Over: 400, Unit: optim.Steps, From: 0.1, Then: optim.Cosine{Over: 300, Floor: 0.01}}, c.Schedule)
	require.True(t, c.Optimiser.(optim.Adan).NoProx)
	require.Equal(t, 3, c.Initial.Iterations)
}

// What is written is read back as the same run.
func TestRoundTrip(t *testing.T) {
	texts := map[string]string{"full": full}
	paths, err := filepath.Glob("../../examples/mnist-*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, p := range paths {
		data, err := os.ReadFile(p)
		require.NoError(t, err)
		texts[p] = string(data)
	}
	for _, s := range []string{"{every: 2 epochs, gamma: 0.5}", "{at: [20, 40]}", "{warm_up: 1 epoch}"} {
		texts[s] = strings.Replace(full, "{cosine: 300 epochs, floor: 0.01, warm_up: 400 steps, from: 0.1}", s, 1)
	}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			want, err := runfile.Read(name, []byte(text))
			require.NoError(t, err)
			var out bytes.Buffer
			require.NoError(t, runfile.Write(&out, want))
			got, err := runfile.Read(name, out.Bytes())
			require.NoError(t, err, out.String())
			require.True(t, reflect.DeepEqual(want, got), out.String())
		})
	}
}

// Faults are told with their place, what is wrong and what would be right.
func TestFaults(t *testing.T) {
	const good = "train: x\ndata: {set: mnist}\nnetwork:\n  fc: {hidden: [3]}\nrule:\n  ottt: {ticks: 2}\noptimiser: {sgd: {lr: 0.1}}\nepochs: 1\n"
	_, err := runfile.Read("r.yaml", []byte(good))
	require.NoError(t, err)
	for _, c := range []struct{ old, new, want string }{
		{"train: x", "trian: x", `r.yaml:1:1: trian: unknown key "trian" (did you mean "train"?)`},
		{"set: mnist", "set: minst", `r.yaml:2:13: data.set: unknown data set "minst" (did you mean "mnist"?)`},
		{"set: mnist", "set: digits", "data.test: digits has no test part"},
		{"[3]", "[3, 0]", "r.yaml:4:20: network.fc.hidden[1]: 0 is out of range; valid: a whole number from 1 to"},
		{"fc: {hidden: [3]}", "fc: {}", `"hidden" is missing`},
		{"fc: {hidden: [3]}", "fc: {hidden: [3]}\n  vgg: {plan: 3}", "r.yaml:4:3: network: 2 kinds of network; valid: exactly one of fc, vgg, nfresnet, ring"},
		{"fc: {hidden: [3]}", "ring: {plan: 3}", "network: a ring is trained by rule spide, not by ottt"},
		{"ticks: 2", "ticks: 2, mse: 1.5", "r.yaml:6:25: rule.ottt.mse: 1.5 is out of range; valid: in [0, 1]"},
		{"sgd: {lr: 0.1}", "sdg: {lr: 0.1}", `optimiser.sdg: unknown key "sdg" (did you mean "sgd"?)`},
		{"sgd: {lr: 0.1}", "sgd: {lr: -1}", "optimiser.sgd.lr: -1 is out of range; valid: at least 0"},
		{"sgd: {lr: 0.1}", "sgd: {lr: fast}", `optimiser.sgd.lr: "fast" is not a number`},
		{"sgd: {lr: 0.1}", "sgd: {lr: 0.1, beta: 1}", `optimiser.sgd.beta: unknown key "beta"`},
		{"epochs: 1", "epochs: 0", "epochs: 0 is out of range"},
		{"epochs: 1", "epochs: 1\nschedule: {cosine: 3}", "schedule.cosine: \"3\" is not a length; valid: a length such as 20 epochs or 400 steps"},
		{"epochs: 1", "epochs: 1\nschedule: {cosine: 3 epochs, at: [1]}", "schedule: 2 courses; valid: at most one of cosine, every, at"},
		{"epochs: 1", "epochs: 1\nengine: event\nprecision: float64\nbatch: 2\nparts: 4", "parts: 4 parts of a batch of 2"},
		{"set: mnist", "set: mnist, augment: [turn]", `data.augment[0]: unknown augmentation "turn"`},
		{"set: mnist", "set: mnist, augment: [{crop: 4, cutout: 2}]", "2 kinds of augmentation"},
		{"data: {set: mnist}", "data: [mnist]", "data: a list"},
	} {
		_, err := runfile.Read("r.yaml", []byte(strings.Replace(good, c.old, c.new, 1)))
		require.ErrorContains(t, err, c.want)
		require.IsType(t, &runfile.Errors{}, err)
	}
}

func TestIsRun(t *testing.T) {
	require.True(t, runfile.IsRun([]byte(full)))
	require.False(t, runfile.IsRun([]byte("train: [")), "no YAML")
	require.False(t, runfile.IsRun([]byte("network: trained\npopulations: {}\n")))
	require.False(t, runfile.IsRun([]byte("[1, 2]")))
}

func TestSet(t *testing.T) {
	c, err := runfile.Load("../../examples/mnist-ottt.yaml", "optimiser.sgd.lr=0.05", "engine=event", "network.fc.hidden=[5]")
	require.NoError(t, err)
	require.Equal(t, 0.05, c.Optimiser.(optim.SGD).LR)
	require.Equal(t, train.Event, c.Engine)
	require.Equal(t, []int{5}, c.Network.FC.Sizes)
	_, err = runfile.Load("../../examples/mnist-ottt.yaml", "epochs=many")
	require.ErrorContains(t, err, `set "epochs=many":1:8: epochs: "many" is not a whole number`)
	_, err = runfile.Load("nowhere.yaml")
	require.ErrorIs(t, err, os.ErrNotExist)
}

// FuzzRead: no text makes the reader panic, and what it accepts is written and read back.
func FuzzRead(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte("train: x\nnetwork: {ring: {plan: 64C5S2-64C5, feedback: 64C3U}}\nrule: {spide: {exact: true}}\n"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := runfile.Read("f", data)
		if err != nil {
			return
		}
		var out bytes.Buffer
		require.NoError(t, runfile.Write(&out, c))
		again, err := runfile.Read("f", out.Bytes())
		require.NoError(t, err, out.String())
		require.True(t, reflect.DeepEqual(c, again), out.String())
	})
}
