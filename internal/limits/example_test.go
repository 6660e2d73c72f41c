package limits_test

import (
	"context"
	"fmt"
	"time"

	"couplet/internal/limits"
)

// A quick look at two array sizes with one thread. Without options a measurement covers all thread
// counts and sizes and takes about three seconds.
func ExampleMeasure() {
	l, err := limits.Measure(context.Background(), limits.Options{
		Threads:     []int{1},
		Footprints:  []int{16 << 10, 256 << 10},
		StreamBytes: 1 << 20,
		Budget:      5 * time.Millisecond,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range l.Updates {
		fmt.Printf("%d thread, %3d KiB: measured %t\n", r.Threads, r.Bytes>>10, r.Median > 0)
	}
	// an array of 30 000 neurons lies between the two sizes
	fmt.Println(l.UpdatesAt(4*30_000, 1) > 0, l.ReadsAt(1) > 0)
	// Output:
	// 1 thread,  16 KiB: measured true
	// 1 thread, 256 KiB: measured true
	// true true
}
