package optim_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/learning/optim"
)

// A run that is saved, rebuilt and restored goes on bit for bit like one that was not interrupted.
func TestRestoreGoesOnBitForBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if rapid.Bool().Draw(t, "single precision") {
			interrupt[float32](t)
		} else {
			interrupt[float64](t)
		}
	})
}

func interrupt[F optim.Real](t *rapid.T) {
	c := drawConfig(t)
	sizes := rapid.SliceOfN(rapid.IntRange(1, 5), 1, 4).Draw(t, "sizes")
	before := rapid.IntRange(0, 8).Draw(t, "steps before")
	restart := rapid.IntRange(0, 12).Draw(t, "restart")
	missing := rapid.IntRange(0, 12).Draw(t, "step without a gradient")
	stream := rapid.Uint64().Draw(t, "stream")

	whole, saved := newRun[F](t, c, sizes, stream), newRun[F](t, c, sizes, stream)
	for k := range before {
		whole.step(t, k, restart, missing)
		saved.step(t, k, restart, missing)
	}
	kept := optim.Copy(saved.opt.Columns())
	resumed := newRun[F](t, c, sizes, stream)
	for i, p := range saved.params {
		copy(resumed.params[i].Value, p.Value)
	}
	saved.step(t, before, restart, missing) // must not reach the copy
	require.NoError(t, resumed.opt.Restore(kept))
	for k := before; k < before+5; k++ {
		whole.step(t, k, restart, missing)
		resumed.step(t, k, restart, missing)
	}
	require.Equal(t, whole.opt.Columns(), resumed.opt.Columns())
	for i, p := range whole.params {
		require.Equal(t, p.Value, resumed.params[i].Value)
	}
}

type run[F optim.Real] struct {
	params []*optim.Param[F]
	opt    optim.Optimizer[F]
	stream uint64
}

func newRun[F optim.Real](t *rapid.T, c optim.Config, sizes []int, stream uint64) *run[F] {
	r := &run[F]{stream: stream}
	for i, n := range sizes {
		p := single[F](string(rune('a'+i)), make([]F, n)...)
		noise(testStream(stream), p.Value)
		r.params = append(r.params, p)
	}
	half := len(r.params) / 2
	var err error
	r.opt, err = optim.Build(c, optim.Group[F]{Params: r.params[:half]}, optim.Group[F]{Params: r.params[half:]})
	require.NoError(t, err)
	return r
}

// step makes the step k, whose gradients depend on nothing but k.
func (r *run[F]) step(t *rapid.T, k, restart, missing int) {
	if k == restart {
		r.opt.Restart()
	}
	s := testStream(r.stream + uint64(k))
	for i, p := range r.params {
		p.Grad = make([]F, len(p.Value))
		noise(s, p.Grad)
		if i == 0 && k == missing {
			p.Grad = nil
		}
	}
	require.NoError(t, r.opt.Step(1/float64(k+1)))
}

func TestRestoreRefuses(t *testing.T) {
	p := single("w", 1.0, 2.0)
	o := build(t, optim.NewAdam(), p)
	copy(p.Grad, []float64{1, -1})
	require.NoError(t, o.Step(1))
	good := optim.Copy(o.Columns())
	require.NoError(t, o.Restore(good))
	for name, c := range map[string]struct {
		spoil func(c []optim.Column) []optim.Column
		want  string
	}{
		"nothing":        {func(c []optim.Column) []optim.Column { return nil }, "0 columns of state, want 4"},
		"another name":   {func(c []optim.Column) []optim.Column { c[2].Name = "v/m"; return c }, `column 2 "v/m": want "w/m"`},
		"another type":   {func(c []optim.Column) []optim.Column { c[2].F64, c[2].F32 = nil, []float32{1, 2}; return c }, `column 2 "w/m": 0 float64, 2 float32 and 0 int64, want 2 float64, 0 float32 and 0 int64`},
		"another length": {func(c []optim.Column) []optim.Column { c[3].F64 = c[3].F64[:1]; return c }, `column 3 "w/n": 1 float64`},
		"a count":        {func(c []optim.Column) []optim.Column { c[1].I64[0] = -3; return c }, `column 1 "params/updates": count -3 at index 0`},
		"not a number":   {func(c []optim.Column) []optim.Column { c[2].F64[1] /= 0 * c[2].F64[1]; return c }, `column 2 "w/m": `},
		"a mean square":  {func(c []optim.Column) []optim.Column { c[3].F64[1] = -1; return c }, `column 3 "w/n": mean square -1 at index 1`},
	} {
		err := o.Restore(c.spoil(optim.Copy(good)))
		require.ErrorContains(t, err, c.want, name)
		require.Equal(t, good, o.Columns(), "%s: an error changes nothing", name)
	}
}
