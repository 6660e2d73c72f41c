package neurontest

import (
	"slices"
	"strings"
	"testing"

	"couplet/neuron"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// driven is the way in which the models of these tests are driven.
var driven = Options{
	Weight: 12, Current: 600,
	Vary: map[string][2]float64{"V_m": {-95, -45}},
}

// flawed is an iaf_psc_exp model with a defect put in around its state.
type flawed struct {
	neuron.PSCExp
	wrap func(both) neuron.State
}

// both is a state with both hostings.
type both interface {
	neuron.Clocked
	neuron.Lazy
}

func (m flawed) Build(b neuron.Build) (neuron.State, error) {
	s, err := m.PSCExp.Build(b)
	if err != nil {
		return nil, err
	}
	return m.wrap(s.(both)), nil
}

func firing() neuron.PSCExp {
	m := neuron.NewPSCExp()
	m.Ie = 700
	return m
}

// firstError puts a model through one check on a fixed row of random trials.
func firstError(m neuron.Model, check func(trial) error) error {
	o := driven.withDefaults(m)
	trials := rapid.Custom(func(rt *rapid.T) trial { return draw(rt, m, o) })
	for seed := range 60 {
		if err := check(trials.Example(seed)); err != nil {
			return err
		}
	}
	return nil
}

// The defects.
type (
	lateWake    struct{ both }
	forgetful   struct{ both }
	hidden      struct{ both }
	halfRead    struct{ both }
	unordered   struct{ both }
	uncleared   struct{ both }
	meddling    struct{ both }
	wasteful    struct{ both }
	misnumbered struct{ both }
	pastWake    struct{ both }
)

func (s lateWake) Wake(i int) int64 {
	if w := s.both.Wake(i); w != neuron.Never {
		return w + 3
	}
	return neuron.Never
}

func (s pastWake) Wake(int) int64 { return 0 }

// Touch of a forgetful state takes a gap for a tick.
func (s forgetful) Touch(now int64, list []uint32, in []neuron.Input, out *neuron.Spikes) {
	for _, c := range s.Columns() {
		if c.Name == "last" {
			for _, i := range list {
				c.I64[i] = now - 1
			}
		}
	}
	s.both.Touch(now, list, in, out)
}

func (s hidden) Columns() []neuron.Column { return s.both.Columns()[:1] }

func (s halfRead) Step(now int64, in []neuron.Input, out *neuron.Spikes) {
	for i := range in[0].Sum64 {
		in[0].Sum64[i] /= 2
	}
	s.both.Step(now, in, out)
}

func (s unordered) Step(now int64, in []neuron.Input, out *neuron.Spikes) {
	s.both.Step(now, in, out)
	slices.Reverse(out.Neurons)
}

func (s uncleared) Step(now int64, in []neuron.Input, out *neuron.Spikes) {
	kept := slices.Clone(in[0].Sum32)
	s.both.Step(now, in, out)
	copy(in[0].Sum32, kept)
}

func (s meddling) Read(v, i int, now int64) float64 {
	s.Columns()[2].I32[i]++
	return s.both.Read(v, i, now)
}

func (s wasteful) Step(now int64, in []neuron.Input, out *neuron.Spikes) {
	out.Neurons = slices.Clone(append(out.Neurons, 0))[:len(out.Neurons)]
	s.both.Step(now, in, out)
}

func (s misnumbered) Step(now int64, in []neuron.Input, out *neuron.Spikes) {
	s.both.Step(now, in, out)
	for k := range out.Neurons {
		out.Neurons[k] += 6
	}
}

// TestDefectsAreFound shows every check a model with the defect that it is for, and a sound one.
func TestDefectsAreFound(t *testing.T) {
	for _, c := range []struct {
		defect string
		check  func(trial) error
		wrap   func(both) neuron.State
		says   string
	}{
		{"wakes too late", sameHosting, func(s both) neuron.State { return lateWake{s} }, "spikes differ"},
		{"wakes too late", honestWake, func(s both) neuron.State { return lateWake{s} }, "but Wake gave"},
		{"wakes in the past", honestWake, func(s both) neuron.State { return pastWake{s} }, "which is past"},
		{"does not decay over gaps", sameHosting, func(s both) neuron.State { return forgetful{s} }, ""},
		{"hides columns", sameAfterRestore, func(s both) neuron.State { return hidden{s} }, "after restoring"},
		{"halves wide sums", sameSums, func(s both) neuron.State { return halfRead{s} }, "32 and of 64"},
		{"lists spikes backwards", clearedSlots, func(s both) neuron.State { return unordered{s} }, "is listed after"},
		{"leaves slots as they are", clearedSlots, func(s both) neuron.State { return uncleared{s} }, "still holds"},
		{"numbers spikes wrong", clearedSlots, func(s both) neuron.State { return misnumbered{s} }, "the shard has"},
		{"changes what is read", harmlessRead, func(s both) neuron.State { return meddling{s} }, "reading changed"},
	} {
		t.Run(c.defect, func(t *testing.T) {
			m := firing()
			require.NoError(t, firstError(m, c.check), "the sound model")
			require.ErrorContains(t, firstError(flawed{m, c.wrap}, c.check), c.says)
		})
	}
}

// unplaced is a model whose shards ignore where they start.
type unplaced struct{ neuron.PSCExp }

func (m unplaced) Build(b neuron.Build) (neuron.State, error) {
	b.First = 0
	return m.PSCExp.Build(b)
}

func TestWrongShardIsFound(t *testing.T) {
	require.NoError(t, firstError(firing(), sameShards))
	require.ErrorContains(t, firstError(unplaced{firing()}, sameShards), "spikes differ")
}

func TestAllocationIsFound(t *testing.T) {
	m := firing()
	o := driven.withDefaults(m)
	require.NoError(t, noAllocations(m, o))
	require.ErrorContains(t, noAllocations(flawed{m, func(s both) neuron.State { return wasteful{s} }}, o), "allocates")
}

// untidy declares its parameters badly and accepts everything.
type untidy struct {
	A float64 `param:"a" default:"5" range:"[0,1]"`
	B float64 `param:"a" doc:"the second of this name"`
}

func (untidy) Info() neuron.Info {
	return neuron.Info{Ports: []neuron.Port{{}}, Variables: []neuron.Variable{{}}}
}
func (untidy) Validate() []neuron.ParamError            { return nil }
func (untidy) Build(neuron.Build) (neuron.State, error) { return nil, nil }

func TestBadDescriptionIsFound(t *testing.T) {
	m := firing()
	require.Empty(t, description(m, driven.withDefaults(m)))
	var all []string
	for _, err := range description(untidy{}, driven.withDefaults(untidy{})) {
		all = append(all, err.Error())
	}
	text := strings.Join(all, "\n")
	for _, part := range []string{
		"has no name", "variable", "port has no name", "listed twice", "default 5 of a",
		"does not report a = -1", "does not report a = 2", "is built with a = NaN", "is built with no tick",
		"a negative size", "an unknown name", "1 value of a",
	} {
		require.Contains(t, text, part)
	}
}
