package manycore_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"couplet/hwmodel/manycore"
)

// picture draws a placement, and checks that it is XML.
func picture(t *testing.T, c *manycore.Chip, p *manycore.Placement, traffic *manycore.Traffic) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, manycore.WritePicture(&b, c, p, traffic))
	d := xml.NewDecoder(bytes.NewReader(b.Bytes()))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		require.NoError(t, err)
	}
}

// TestPicture: every core that is used and every link with messages is in the picture, with what they hold in words,
// whatever the populations are called.
func TestPicture(t *testing.T) {
	c := limited(t, 2, 2, 2, func(c *manycore.Chip) { c.Limits.NeuronsPerCore = limit(4) })
	d := layers(3, 10, 9)
	d.Populations[2].Name, d.Projections[1].To.Population = `a<b & "c"`, `a<b & "c"`
	d.Name = "<net>"
	p, err := manycore.Map(c, d, manycore.MapOptions{})
	require.NoError(t, err)
	plain := picture(t, c, p, nil)
	require.NotContains(t, plain, "<line")
	require.Contains(t, plain, "&lt;net&gt; on chip uniform: 5 of 8 cores, 3 of 4 tiles")
	require.Contains(t, plain, "a&lt;b &amp; &#34;c&#34;: 9 neurons, cores: 3")
	require.Contains(t, plain, "<title>core 0.0: 4 neurons, 100 % of neurons_per_core</title>")
	require.Contains(t, plain, "<title>core 1.0: layer1[8..9]</title>")
	for _, part := range p.Parts {
		require.Equal(t, 1, strings.Count(plain, fmt.Sprintf("[%d..%d]</title>", part.Lo, part.Hi-1)), part.String())
	}

	traffic, err := c.Traffic(d, p, &manycore.Spikes{Ticks: 1, Populations: []manycore.PopulationSpikes{
		{Population: "layer0", Counts: make([]int64, 3)}, {Population: "layer1", Counts: []int64{5, 0, 0, 0, 0, 0, 0, 0, 0, 1}},
	}})
	require.NoError(t, err)
	drawn := picture(t, c, p, traffic)
	require.NotEmpty(t, traffic.Links)
	require.Equal(t, len(traffic.Links), strings.Count(drawn, "<line"))
	for _, l := range traffic.Links {
		require.Contains(t, drawn, fmt.Sprintf("<title>%d messages to the %s</title>", l.Messages, l.Direction))
	}
	require.Contains(t, drawn, "the widest one is")
	require.Equal(t, drawn, picture(t, c, p, traffic))
	require.Error(t, manycore.WritePicture(failing{}, c, p, nil))
}

// failing is a file on a full disk.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

// Every chip of the library can be drawn; a core without any limit is full if it holds something.
func TestPictureOfEveryChip(t *testing.T) {
	for _, name := range manycore.Names() {
		c, err := manycore.Named(name)
		require.NoError(t, err)
		d := layers(3, 2, 3)
		p, err := manycore.Map(c, d, manycore.MapOptions{})
		require.NoError(t, err, name)
		require.Contains(t, picture(t, c, p, nil), "layer1: 2 neurons, cores: 1", name)
	}
	c := uniformTable(1, 1, 1).chip(t)
	c.Cores[0].MaxNeurons, c.Limits = 0, manycore.Limits{}
	p, err := manycore.Map(c, layers(1, 2), manycore.MapOptions{})
	require.NoError(t, err)
	require.Contains(t, picture(t, c, p, nil), "<title>core 0.0: 2 neurons</title>")
}
