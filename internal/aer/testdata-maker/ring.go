//go:build ignore

// Ring makes testdata/events/simulated-ring-34x34.bin: what an ideal event
// camera sees of a bright ring on three straight saccades, the motion of the
// N-MNIST recordings. From the root of the repository:
//
//	go run internal/aer/testdata-maker/ring.go -out testdata/events/simulated-ring-34x34.bin
//
// It prints the table row that testdata/events/README.md holds for the file.
//
// Each pixel follows the DVS principle (Lichtsteiner, Posch, Delbruck 2008, "A
// 128x128 120 dB 15 us latency asynchronous temporal contrast vision sensor"):
// it remembers the log intensity of its last event and fires on or off when the
// present one differs from it by the pixel's threshold.
package main

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"slices"

	"couplet/internal/aer"
)

const (
	side     = 34      // pixels
	duration = 300_000 // us, three saccades
	step     = 20      // us between looks at the scene; crossings are interpolated

	outer, inner = 9.0, 5.0 // ring radii, pixels
	blur         = 1.5      // width of the ring's soft edge, pixels
	contrast     = 1.4      // log intensity of the ring over its background, a factor of about 4
	threshold    = 0.25     // mean log-intensity change per event
	mismatch     = 0.05     // largest deviation of a pixel's threshold, relative
)

// corners are the ring's centre at the ends of the saccades, pixels.
var corners = [4][2]float64{{12.5, 12.0}, {16.5, 21.0}, {20.5, 12.0}, {12.5, 12.0}}

func main() {
	log.SetFlags(0)
	out := flag.String("out", "", "file to write")
	flag.Parse()

	rec := &aer.Recording{Width: side, Height: side}
	for y := range side {
		for x := range side {
			rec.Events = append(rec.Events, watch(x, y)...)
		}
	}
	slices.SortStableFunc(rec.Events, func(a, b aer.Event) int { return cmp.Compare(a.T, b.T) })

	var b bytes.Buffer
	if err := aer.WriteNMNIST(&b, rec); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(*out, b.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("| %s | %v |\n", filepath.Base(*out), rec.Summary())
}

// watch gives the events of one pixel in the order of their times.
func watch(x, y int) []aer.Event {
	var events []aer.Event
	theta := pixelThreshold(x, y)
	reference := logIntensity(x, y, 0)
	before := reference
	for t := int64(step); t < duration; t += step {
		now := logIntensity(x, y, t)
		for math.Abs(now-reference) >= theta {
			on := now > reference
			if on {
				reference += theta
			} else {
				reference -= theta
			}
			// Straight line between the two looks; it crosses the new reference.
			part := (reference - before) / (now - before)
			crossed := t - step + int64(float64(part*step))
			events = append(events, aer.Event{T: crossed, X: uint16(x), Y: uint16(y), On: on})
		}
		before = now
	}
	return events
}

// logIntensity is the scene: contrast inside the ring, 0 outside, with soft
// edges.
func logIntensity(x, y int, t int64) float64 {
	cx, cy := centre(t)
	dx, dy := float64(x)-cx, float64(y)-cy
	d := math.Sqrt(float64(dx*dx) + float64(dy*dy))
	return float64(contrast*ramp((outer-d)/blur)) * ramp((d-inner)/blur)
}

// ramp rises from 0 to 1 while u goes from -1/2 to 1/2.
func ramp(u float64) float64 { return min(max(u+0.5, 0), 1) }

// centre moves along the saccades at constant speed.
func centre(t int64) (x, y float64) {
	const saccade = duration / 3
	a, b := corners[t/saccade], corners[t/saccade+1]
	part := float64(t%saccade) / saccade
	return a[0] + float64(part*(b[0]-a[0])), a[1] + float64(part*(b[1]-a[1]))
}

// pixelThreshold spreads the thresholds evenly over threshold*(1 +- mismatch),
// neighbours far apart: multiples of the golden ratio, modulo 1. No two pixels
// of a real sensor fire in step either.
func pixelThreshold(x, y int) float64 {
	_, fraction := math.Modf(float64(y*side+x) * (math.Phi - 1))
	return threshold * (1 + float64(mismatch*(float64(2*fraction)-1)))
}
