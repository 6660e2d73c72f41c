//go:build ignore

// Window cuts a small moving window out of an Event Stream recording and writes
// it in the N-MNIST layout, so that one's own camera data can take the place of
// a digit. From the root of the repository:
//
//	go run internal/aer/testdata-maker/window.go -in camera.es -x 120 -y 80 -from 200000 -out window.bin
//
// It prints the table row that testdata/events/README.md holds for each file.
package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"couplet/internal/aer"
)

func main() {
	log.SetFlags(0)
	in := flag.String("in", "", "Event Stream 2.0 recording of DVS type")
	out := flag.String("out", "", "file to write, N-MNIST layout")
	left := flag.Int("x", 0, "first column of the window")
	top := flag.Int("y", 0, "first row of the window, counted from the top")
	side := flag.Int("side", 34, "window side in pixels")
	from := flag.Int64("from", 0, "start of the window, microseconds")
	length := flag.Int64("length", 300_000, "length of the window, microseconds")
	flip := flag.Bool("flip", true, "turn rows over: Event Stream counts y from the bottom")
	flag.Parse()

	raw, err := os.ReadFile(*in)
	if err != nil {
		log.Fatal(err)
	}
	rec, err := decodeEventStream(raw)
	if err != nil {
		log.Fatalf("%s: %v", *in, err)
	}
	if *flip {
		for i := range rec.Events {
			rec.Events[i].Y = uint16(rec.Height-1) - rec.Events[i].Y
		}
	}
	window := cut(rec, *left, *top, *side, *from, *length)
	var b bytes.Buffer
	if err := aer.WriteNMNIST(&b, window); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(*out, b.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("| %s | %v |\n", filepath.Base(*out), window.Summary())
}

// cut keeps the events of a square window and a span of time, and moves their
// origin to the window's corner and start.
func cut(rec *aer.Recording, left, top, side int, from, length int64) *aer.Recording {
	window := &aer.Recording{Width: side, Height: side}
	for _, e := range rec.Events {
		x, y, t := int(e.X)-left, int(e.Y)-top, e.T-from
		if x < 0 || y < 0 || x >= side || y >= side || t < 0 || t >= length {
			continue
		}
		window.Events = append(window.Events, aer.Event{T: t, X: uint16(x), Y: uint16(y), On: e.On})
	}
	return window
}

// decodeEventStream reads the one variant needed here, version 2 of type 1
// (DVS). After the 16-byte header come width and height, then per event a byte
// dt<<1 | on and two coordinates, all little-endian; the byte 0xFF alone adds
// 127 us, 0xFE alone is a resynchronisation mark.
func decodeEventStream(raw []byte) (*aer.Recording, error) {
	const header = 20
	if len(raw) < header || !bytes.HasPrefix(raw, []byte("Event Stream\x02")) || raw[15] != 1 {
		return nil, errors.New("no Event Stream 2 recording of DVS type")
	}
	rec := &aer.Recording{
		Width:  int(binary.LittleEndian.Uint16(raw[16:])),
		Height: int(binary.LittleEndian.Uint16(raw[18:])),
	}
	var t int64
	for i := header; i < len(raw); {
		switch b := raw[i]; {
		case b == 0xff:
			t += 127
			i++
		case b == 0xfe:
			i++
		case i+5 > len(raw):
			return nil, fmt.Errorf("byte %d: last event is cut off", i)
		default:
			t += int64(b >> 1)
			e := aer.Event{T: t, On: b&1 == 1}
			e.X = binary.LittleEndian.Uint16(raw[i+1:])
			e.Y = binary.LittleEndian.Uint16(raw[i+3:])
			if int(e.X) >= rec.Width || int(e.Y) >= rec.Height {
				return nil, fmt.Errorf("byte %d: event %v outside the %dx%d sensor", i, e, rec.Width, rec.Height)
			}
			rec.Events = append(rec.Events, e)
			i += 5
		}
	}
	return rec, nil
}
