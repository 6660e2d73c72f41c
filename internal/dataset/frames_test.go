package dataset

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"couplet/internal/aer"
)

// A recording of a 3x2 sensor; Y·3+X is the place in a plane of 6.
func small() *aer.Recording {
	return &aer.Recording{Width: 3, Height: 2, Events: []aer.Event{
		{T: 0, X: 0, Y: 0, On: true}, {T: 9, X: 0, Y: 0, On: true}, {T: 9, X: 2, Y: 1}, {T: 10, X: 1, Y: 0},
		{T: 29, X: 2, Y: 0, On: true}, {T: 30, X: 1, Y: 1, On: true}, {T: 300, X: 1, Y: 1, On: true},
	}}
}

func TestFramesByTime(t *testing.T) {
	f := Framing{Frames: 3, TickUs: 10}
	require.Equal(t, []int{3, 2, 2, 3}, f.Shape(3, 2))
	x := ramp32(36)
	left, err := f.Bin(small(), x)
	require.NoError(t, err)
	require.Equal(t, 2, left)
	require.Equal(t, []float32{
		0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, // 0..9 us: OFF, ON
		0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0,
	}, x)
}

// Seven events in three frames: two, two and three.
func TestFramesByNumber(t *testing.T) {
	x := ramp32(36)
	left, err := Framing{Frames: 3}.Bin(small(), x)
	require.NoError(t, err)
	require.Zero(t, left)
	require.Equal(t, []float32{
		0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0,
		0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0,
	}, x)

	// Fewer events than frames: groups of none, and the last takes the rest.
	x = make([]float32, 8*12)
	_, err = Framing{Frames: 8}.Bin(small(), x)
	require.NoError(t, err)
	require.Equal(t, float32(0), total(x[:7*12]))
	require.Equal(t, float32(7), total(x[7*12:]))
}

func ramp32(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i)
	}
	return x
}

func total(x []float32) (sum float32) {
	for _, v := range x {
		sum += v
	}
	return sum
}

func TestFramingRefuses(t *testing.T) {
	for text, f := range map[string]Framing{
		"number of frames out of range (0)":       {},
		"number of frames out of range (1048577)": {Frames: 1<<20 + 1},
		"negative width of a frame (-1 us)":       {Frames: 1, TickUs: -1},
	} {
		_, err := f.Bin(small(), nil)
		require.ErrorContains(t, err, text)
	}
	_, err := Framing{Frames: 1}.Bin(small(), make([]float32, 11))
	require.ErrorContains(t, err, "wrong length (11); frames of shape [1 2 2 3] have 12 values")

	folder := t.TempDir()
	write(t, folder, "1/x.bin", three(t))
	e, err := OpenEvents(folder, EventOptions{})
	require.NoError(t, err)
	_, err = e.Frames(Framing{})
	require.ErrorContains(t, err, "number of frames")
	_, err = e.Frames(Framing{Frames: 1 << 20})
	require.ErrorContains(t, err, "2424307712 values; valid is at most 268435456")
}

func TestFramesDataset(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, "a/x.bin", three(t))
	write(t, folder, "b/x.bin", three(t)[:5])
	e, err := OpenEvents(folder, EventOptions{})
	require.NoError(t, err)
	frames, err := e.Frames(Framing{Frames: 2, TickUs: 10})
	require.NoError(t, err)
	requireDataset(t, frames, 2, []int{2, 2, 34, 34}, []string{"a", "b"})
	x, _ := sample(t, frames, 0)
	require.Equal(t, float32(2), total(x)) // the event of 20 us is left out
	require.Equal(t, float32(1), x[34*34+2*34+1])
	require.Equal(t, float32(1), x[33*34+33])
	x, label := sample(t, frames, 1)
	require.Equal(t, 1, label)
	require.Equal(t, float32(1), total(x))
	require.NoError(t, frames.Close())
}

// However a recording is cut, every event is in one frame or left out, and frames
// by number differ in size only in the last.
func TestFramesConserveEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rec := &aer.Recording{Width: 4, Height: 3}
		now := int64(0)
		for range rapid.IntRange(0, 40).Draw(t, "events") {
			now += rapid.Int64Range(0, 50).Draw(t, "gap")
			rec.Events = append(rec.Events, aer.Event{T: now, X: rapid.Uint16Range(0, 3).Draw(t, "x"), Y: rapid.Uint16Range(0, 2).Draw(t, "y"), On: rapid.Bool().Draw(t, "on")})
		}
		f := Framing{Frames: rapid.IntRange(1, 12).Draw(t, "frames"), TickUs: rapid.Int64Range(0, 100).Draw(t, "tick")}
		x := make([]float32, f.Frames*24)
		left, err := f.Bin(rec, x)
		require.NoError(t, err)
		require.Equal(t, len(rec.Events), int(total(x))+left)
		for k := range f.Frames {
			n := int(total(x[k*24 : (k+1)*24]))
			switch {
			case f.TickUs > 0:
				within := 0
				for _, e := range rec.Events {
					if e.T >= int64(k)*f.TickUs && e.T < int64(k+1)*f.TickUs {
						within++
					}
				}
				require.Equal(t, within, n)
			case k < f.Frames-1:
				require.Equal(t, len(rec.Events)/f.Frames, n)
			}
		}
	})
}
