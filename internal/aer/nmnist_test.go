package aer

import (
	"bytes"
	"errors"
	"io"
	"math"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func readBytes(t require.TestingT, raw []byte, opts Options) *Recording {
	rec, err := Read(bytes.NewReader(raw), opts)
	require.NoError(t, err)
	return rec
}

// Records written out by hand, bit by bit, from the layout's description.
func TestNMNISTLayout(t *testing.T) {
	cases := []struct {
		name string
		raw  []byte
		want []Event
	}{
		{"on", []byte{7, 15, 0x80, 0x02, 0x8e}, []Event{{T: 654, X: 7, Y: 15, On: true}}},
		{"off", []byte{3, 33, 0x00, 0x01, 0x00}, []Event{{T: 256, X: 3, Y: 33}}},
		{"largest time", []byte{0, 0, 0x7f, 0xff, 0xff}, []Event{{T: 1<<23 - 1}}},
		{"largest time, on", []byte{0, 0, 0xff, 0xff, 0xff}, []Event{{T: 1<<23 - 1, On: true}}},
		{"bit 16 of the time", []byte{0, 0, 0x01, 0x00, 0x00}, []Event{{T: 65536}}},
		{"overflow only", []byte{255, 240, 0xff, 0xff, 0xff}, nil},
		{"two overflows reach all later events", []byte{
			1, 1, 0, 0, 5,
			0, 240, 0, 0, 0,
			1, 1, 0, 0, 5,
			0, 240, 0, 0, 0,
			1, 1, 0, 0, 5,
			1, 1, 0, 0, 6,
		}, []Event{{T: 5, X: 1, Y: 1}, {T: 8197, X: 1, Y: 1}, {T: 16389, X: 1, Y: 1}, {T: 16390, X: 1, Y: 1}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rec := readBytes(t, c.raw, Options{})
			require.Equal(t, c.want, rec.Events)
			require.Empty(t, rec.Warnings)
			require.Equal(t, [2]int{34, 34}, [2]int{rec.Width, rec.Height})
		})
	}
}

func TestNMNISTRefusesCoordinatesOutsideTheSensor(t *testing.T) {
	inside := []byte{33, 33, 0, 0, 1}
	for _, outside := range [][]byte{{34, 0, 0, 0, 2}, {0, 34, 0, 0, 2}, {255, 239, 0, 0, 2}} {
		_, err := Read(bytes.NewReader(append(inside, outside...)), Options{})
		require.ErrorIs(t, err, ErrOutsideSensor)
		var located *FormatError
		require.ErrorAs(t, err, &located)
		require.EqualValues(t, 5, located.Offset)
	}
	rec := readBytes(t, []byte{255, 239, 0, 0, 2}, Options{Format: "nmnist", Width: 256, Height: 240})
	require.Equal(t, []Event{{T: 2, X: 255, Y: 239}}, rec.Events)
}

func TestNMNISTErrorSaysThatTheFormatWasAssumed(t *testing.T) {
	_, err := Read(bytes.NewReader([]byte("hello")), Options{})
	require.EqualError(t, err, "aer: nmnist (assumed, as no known format was recognised): byte 0: event outside the sensor (x=104 y=101; the sensor is 34x34, set Options.Width and Height for another)")
	_, err = Read(bytes.NewReader([]byte("hello")), Options{Format: "nmnist"})
	require.EqualError(t, err, "aer: nmnist: byte 0: event outside the sensor (x=104 y=101; the sensor is 34x34, set Options.Width and Height for another)")
}

func TestNMNISTSensorMustFitTheLayout(t *testing.T) {
	for _, size := range [][2]int{{257, 10}, {10, 241}, {304, 240}} {
		_, err := Read(bytes.NewReader(nil), Options{Format: "nmnist", Width: size[0], Height: size[1]})
		require.ErrorContains(t, err, "valid is 1x1 to 256x240")
		require.ErrorContains(t, WriteNMNIST(io.Discard, &Recording{Width: size[0], Height: size[1]}), "valid is 1x1 to 256x240")
	}
}

func TestNMNISTTruncatedRecordIsAWarning(t *testing.T) {
	whole := []byte{1, 2, 0, 0, 9, 3, 4, 0x80, 0, 10, 5, 6, 0, 0, 11}
	for cut := 1; cut < 5; cut++ {
		rec := readBytes(t, whole[:len(whole)-cut], Options{})
		require.Equal(t, []Event{{T: 9, X: 1, Y: 2}, {T: 10, X: 3, Y: 4, On: true}}, rec.Events)
		require.Len(t, rec.Warnings, 1)
		require.Regexp(t, `^byte 10: last record is cut off \([1-4] of 5 bytes\)`, rec.Warnings[0])
	}
}

func TestNMNISTEmptyRecordingIsAWarning(t *testing.T) {
	rec := readBytes(t, nil, Options{})
	require.Empty(t, rec.Events)
	require.Equal(t, []string{"byte 0: the recording is empty"}, rec.Warnings)
}

func TestNMNISTCountsDisorder(t *testing.T) {
	rec := readBytes(t, []byte{0, 0, 0, 0, 9, 0, 0, 0, 0, 8, 0, 0, 0, 0, 8, 0, 0, 0, 0, 7, 0, 0, 0, 0, 20}, Options{})
	require.Equal(t, 2, rec.Disorder)
}

func TestNMNISTMemoryIsBounded(t *testing.T) {
	three := bytes.Repeat([]byte{1, 1, 0, 0, 1}, 3)
	require.Len(t, readBytes(t, three, Options{MaxEvents: 3}).Events, 3)
	_, err := Read(bytes.NewReader(three), Options{MaxEvents: 2})
	require.ErrorIs(t, err, ErrTooManyEvents)
	require.ErrorContains(t, err, "byte 10")
}

// A failing disk is an error, never a shorter recording.
func TestNMNISTReportsReadErrors(t *testing.T) {
	broken := errors.New("disk on fire")
	for _, n := range []int{0, 3, 5, 7} {
		r := io.MultiReader(bytes.NewReader(bytes.Repeat([]byte{1}, n)), iotest.ErrReader(broken))
		_, err := Read(r, Options{Format: "nmnist"})
		require.ErrorIs(t, err, broken)
		var located *FormatError
		require.ErrorAs(t, err, &located)
		require.EqualValues(t, n, located.Offset)
	}
}

// Readers may deliver a byte at a time.
func TestNMNISTFromASlowReader(t *testing.T) {
	raw := []byte{1, 2, 0, 0, 9, 3, 4, 0x80, 0, 10}
	rec, err := Read(iotest.OneByteReader(bytes.NewReader(raw)), Options{})
	require.NoError(t, err)
	require.Equal(t, readBytes(t, raw, Options{}), rec)
}

// drawRecording draws a recording whose gaps include several time overflows and
// whose order has small jumps back.
func drawRecording(t *rapid.T, maxWidth, maxHeight int) *Recording {
	rec := &Recording{
		Width:  rapid.IntRange(1, maxWidth).Draw(t, "width"),
		Height: rapid.IntRange(1, maxHeight).Draw(t, "height"),
	}
	gap := rapid.OneOf(rapid.Int64Range(-2000, 5000), rapid.Int64Range(0, 1<<25), rapid.SampledFrom([]int64{
		nmnistTimeMax, nmnistTimeMax + 1, nmnistTimeMax + nmnistWrap, nmnistTimeMax + nmnistWrap + 1}))
	var now int64
	for range rapid.IntRange(0, 40).Draw(t, "events") {
		now = max(0, now+gap.Draw(t, "gap"))
		rec.add(Event{
			T:  now,
			X:  uint16(rapid.IntRange(0, rec.Width-1).Draw(t, "x")),
			Y:  uint16(rapid.IntRange(0, rec.Height-1).Draw(t, "y")),
			On: rapid.Bool().Draw(t, "on"),
		})
	}
	return rec
}

func TestNMNISTRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rec := drawRecording(t, nmnistWidthMax, nmnistOverflow)
		var b bytes.Buffer
		require.NoError(t, WriteNMNIST(&b, rec))
		got := readBytes(t, b.Bytes(), Options{Format: "nmnist", Width: rec.Width, Height: rec.Height})
		require.Equal(t, rec.Events, got.Events)
		require.Equal(t, rec.Disorder, got.Disorder)
		require.Equal(t, rec.Summary(), got.Summary())
	})
}

// The writer spends an overflow record only where 23 bits do not suffice, and
// then as few as possible.
func TestNMNISTWriterOverflowRecords(t *testing.T) {
	cases := []struct {
		time    int64
		records int // before the event
	}{
		{0, 0}, {nmnistTimeMax, 0}, {nmnistTimeMax + 1, 1}, {nmnistTimeMax + nmnistWrap, 1},
		{nmnistTimeMax + nmnistWrap + 1, 2}, {60_000_000, 6301},
	}
	for _, c := range cases {
		var b bytes.Buffer
		require.NoError(t, WriteNMNIST(&b, &Recording{Events: []Event{{T: c.time, X: 1, Y: 2}}}))
		require.Equal(t, (c.records+1)*nmnistRecord, b.Len(), "t=%d", c.time)
		require.Equal(t, c.time, readBytes(t, b.Bytes(), Options{}).Events[0].T)
	}
}

func TestNMNISTWriterRefuses(t *testing.T) {
	cases := []struct {
		name   string
		events []Event
		want   string
	}{
		{"outside", []Event{{}, {X: 34}}, "event 1 lies outside the 34x34 sensor (0,34,0,0)"},
		{"negative time", []Event{{T: -1}}, "event 0: time is too early (-1 us)"},
		{"jump back over an overflow", []Event{{T: 1 << 24}, {T: 1}}, "event 1: time is too early (1 us); after 1025 time overflows the earliest is 8396800 us"},
		{"too late", []Event{{T: math.MaxInt64}}, "event 0: time is too late (9223372036854775807 us); the latest is 34368126975 us"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			require.ErrorContains(t, WriteNMNIST(io.Discard, &Recording{Width: 34, Height: 34, Events: c.events}), c.want)
		})
	}
}

// fullDisk fails from the first write on.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFullDisk }

var errFullDisk = errors.New("no space left")

func TestWritersReportWriteErrors(t *testing.T) {
	few := &Recording{Events: []Event{{T: 1}}}
	many := &Recording{Events: make([]Event, 10_000)}
	for _, rec := range []*Recording{few, many} {
		require.ErrorIs(t, WriteNMNIST(fullDisk{}, rec), errFullDisk)
		require.ErrorIs(t, WriteCSV(fullDisk{}, rec), errFullDisk)
	}
}
