package aer

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// Any bytes, under any format: no panic, no more events than allowed, none
// outside the sensor, the disorder count true; errors name a place inside the
// input; and what was read can be written and read again.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"", "\x07\x0f\x80\x02\x8e", "\x07\x0f\x80\x02\x8e\x13\x12", "\x22\x00\x00\x00\x00",
		"\x00\x00\x7f\xff\xff\x00\xf0\x00\x00\x00\x01\x02\x00\x00\x05",
		"t,x,y,p\n5,1,2,1\n9,3,0,0\n", "t,x,y,p\r\n5,1,2,1\r\n9,3", "\ufefft,x,y,p\n", "t,x,y,p\n-1,0,0,0\n",
		"% evt 3.0\n% end\n\x00\x80", "#!AER-DAT2.0\n# text\n", "#!AER-DAT4.0\r\n", "Event Stream\x02\x00\x00\x01",
	} {
		for _, format := range []string{"", "nmnist", "csv"} {
			f.Add([]byte(seed), format, 0, 0)
			f.Add([]byte(seed), format, 240, 180)
		}
	}
	const most = 1000
	f.Fuzz(func(t *testing.T, raw []byte, format string, width, height int) {
		rec, err := Read(bytes.NewReader(raw), Options{Format: format, MaxEvents: most, Width: width, Height: height})
		if err != nil {
			require.Nil(t, rec)
			if located := (*FormatError)(nil); errors.As(err, &located) {
				require.LessOrEqual(t, located.Offset, int64(len(raw)))
			}
			return
		}
		require.LessOrEqual(t, len(rec.Events), most)
		require.LessOrEqual(t, len(rec.Warnings), 1)
		disorder := 0
		for i, e := range rec.Events {
			require.Less(t, int(e.X), rec.Width)
			require.Less(t, int(e.Y), rec.Height)
			require.GreaterOrEqual(t, e.T, int64(0))
			if i > 0 && e.T < rec.Events[i-1].T {
				disorder++
			}
		}
		require.Equal(t, disorder, rec.Disorder)

		var b bytes.Buffer
		require.NoError(t, WriteCSV(&b, rec))
		again, err := Read(&b, Options{Width: rec.Width, Height: rec.Height})
		require.NoError(t, err)
		require.Equal(t, rec.Events, again.Events)
	})
}
