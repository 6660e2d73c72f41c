package aer_test

import (
	"bytes"
	"fmt"
	"strings"

	"couplet/internal/aer"
)

// Read a recording from disk and look at it.
func Example() {
	rec, err := aer.Open("../../testdata/events/simulated-ring-34x34.bin", aer.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%dx%d pixels, %d out of order\n", rec.Width, rec.Height, rec.Disorder)
	fmt.Println(rec.Summary())
	// Output:
	// 34x34 pixels, 0 out of order
	// 7032 events (3537 on), first (2616,8,5,0), last (299240,6,17,1), sums 995402631, 116469, 107442, 3537
}

// A recording that was cut off is read as far as it goes.
func ExampleRead() {
	rec, err := aer.Read(strings.NewReader("t,x,y,p\n100,5,7,1\n140,6,7,0\n180,7"), aer.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rec.Events, rec.Warnings)
	// Output:
	// [(100,5,7,1) (140,6,7,0)] [byte 28: last line is cut off ("180,7") and was left out]
}

// Text in, N-MNIST layout out.
func ExampleWriteNMNIST() {
	rec, err := aer.Read(strings.NewReader("t,x,y,p\n654,7,15,1\n"), aer.Options{Width: 34, Height: 34})
	if err != nil {
		fmt.Println(err)
		return
	}
	var b bytes.Buffer
	if err := aer.WriteNMNIST(&b, rec); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("% x\n", b.Bytes())
	// Output:
	// 07 0f 80 02 8e
}
