package simulate_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"kept/ledger"
	"kept/programme"
	"kept/promise"
	"kept/simulate"
	"kept/store"
	"kept/store/storetest"
	"kept/voice"
)

// small is a simulation that takes little time.
func small() simulate.Options {
	return simulate.Options{Name: "sim", Villages: 25, Promises: 120, Reports: 900, Seed: 7, Today: "2026-11-23"}
}

// tiny has little of anything.
func tiny() simulate.Options {
	return simulate.Options{Name: "sim", Villages: 4, Promises: 8, Reports: 30, Seed: 7, Today: "2026-11-23"}
}

// kept is a simulated book and what it was written with.
type kept struct {
	*ledger.Book
	clock simulate.Clock
	t     testing.TB
}

// create makes an empty book for these options.
func create(t testing.TB, e storetest.Engine, o simulate.Options) *kept {
	t.Helper()
	key, err := simulate.Key(o.Name, o.Seed)
	if err != nil {
		t.Fatal(err)
	}
	k := &kept{t: t}
	k.Book, err = ledger.Create(t.Context(), e.New(t), ledger.NewRules(programme.Subject, promise.Subject, voice.Subject), key, ledger.Options{Today: k.clock.Today})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k
}

func (k *kept) write(o simulate.Options) {
	k.t.Helper()
	if err := simulate.Write(k.t.Context(), k.Book, &k.clock, o); err != nil {
		k.t.Fatal(err)
	}
}

func (k *kept) head() ledger.Head {
	k.t.Helper()
	return read(k, ledger.ReadHead)
}

func read[T any](k *kept, f func(*store.Tx) (T, error)) (out T) {
	k.t.Helper()
	err := k.DB.Read(context.Background(), func(tx *store.Tx) (err error) {
		out, err = f(tx)
		return err
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return out
}

// count reads one number.
func (k *kept) count(query string, args ...any) int {
	k.t.Helper()
	return int(read(k, func(tx *store.Tx) (n int64, err error) {
		_, err = tx.One([]any{&n}, query, args...)
		return n, err
	}))
}

// sqlite is the engine of tests that need only one.
func sqlite() storetest.Engine { return storetest.Engines()[0] }

// TestSameRoot writes the same options on every engine and in batches of several sizes.
func TestSameRoot(t *testing.T) {
	o := small()
	roots := map[string]string{}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		for _, size := range []int{0, 97, 800} {
			k, o := create(t, e, o), o
			o.Batch = size
			k.write(o)
			roots[k.head().Root()] = fmt.Sprint(e.Name, size)
			if day := k.head().Day; day != o.Today || k.clock.Today() != o.Today {
				t.Errorf("the book's day is %s, the clock's %s", day, k.clock.Today())
			}
		}
	})
	if len(roots) != 1 {
		t.Errorf("several roots for the same options: %v", roots)
	}
}

// TestOtherRoots changes the options one by one: each gives another book.
func TestOtherRoots(t *testing.T) {
	roots := map[string]int{}
	for i, change := range []func(*simulate.Options){
		func(o *simulate.Options) {}, func(o *simulate.Options) { o.Seed++ }, func(o *simulate.Options) { o.Reports++ },
		func(o *simulate.Options) { o.Promises++ }, func(o *simulate.Options) { o.Villages++ },
		func(o *simulate.Options) { o.Today = "2026-11-24" }, func(o *simulate.Options) { o.Name = "other" },
	} {
		o := tiny()
		change(&o)
		k := create(t, sqlite(), o)
		k.write(o)
		root := k.head().Root()
		if same, ok := roots[root]; ok {
			t.Errorf("options %d gave the root of options %d", i, same)
		}
		roots[root] = i
	}
}

// TestResume cuts a run short, twice, and finishes it.
func TestResume(t *testing.T) {
	o := small()
	whole := create(t, sqlite(), o)
	whole.write(o)
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		k := create(t, e, o)
		for _, after := range []int64{1, 400} {
			ctx, stop := context.WithCancel(t.Context())
			cut := o
			cut.Batch = 150
			cut.Progress = func(done, total int64) {
				if done >= after {
					stop()
				}
			}
			if err := simulate.Write(ctx, k.Book, &k.clock, cut); !errors.Is(err, context.Canceled) {
				t.Fatalf("cut short after %d: %v", after, err)
			}
			stop()
			if size := k.head().Size; size == 0 || size >= whole.head().Size {
				t.Fatalf("cut short after %d, there are %d entries", after, size)
			}
		}
		k.write(o)
		if k.head().Root() != whole.head().Root() {
			t.Error("a run that was cut short and finished has another root")
		}
		k.write(o)
		if k.head().Size != whole.head().Size {
			t.Error("writing again added something")
		}
	})
}

// TestRefusesOthers writes into books that are not of these options.
func TestRefusesOthers(t *testing.T) {
	o := tiny()
	k := create(t, sqlite(), o)
	k.write(o)
	size := k.head().Size
	for name, change := range map[string]func(*simulate.Options){
		"seed":     func(o *simulate.Options) { o.Seed++ },
		"villages": func(o *simulate.Options) { o.Villages-- },
		"promises": func(o *simulate.Options) { o.Promises++ },
		"reports":  func(o *simulate.Options) { o.Reports-- },
		"today":    func(o *simulate.Options) { o.Today = "2026-11-24" },
		"name":     func(o *simulate.Options) { o.Name = "other" },
	} {
		other := o
		change(&other)
		err := simulate.Write(t.Context(), k.Book, &k.clock, other)
		if p := (*store.Problem)(nil); !errors.As(err, &p) {
			t.Errorf("another %s: %v", name, err)
		}
	}
	if k.head().Size != size {
		t.Error("what was refused left something")
	}
}

// TestGoneOn finds a book that was cut short and has since got a day of its own.
func TestGoneOn(t *testing.T) {
	o := small()
	k := create(t, sqlite(), o)
	ctx, stop := context.WithCancel(t.Context())
	cut := o
	cut.Batch, cut.Progress = 150, func(done, _ int64) { stop() }
	if err := simulate.Write(ctx, k.Book, &k.clock, cut); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	k.clock.Set("2025-06-01")
	if err := k.Mark(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := simulate.Write(t.Context(), k.Book, &k.clock, o)
	if p := (*store.Problem)(nil); !errors.As(err, &p) {
		t.Errorf("went on in a book that has gone on: %v", err)
	}
}

func TestOptions(t *testing.T) {
	for name, change := range map[string]func(*simulate.Options){
		"no villages":      func(o *simulate.Options) { o.Villages = 0 },
		"many villages":    func(o *simulate.Options) { o.Villages = 1_000_001 },
		"less than none":   func(o *simulate.Options) { o.Promises = -1 },
		"many promises":    func(o *simulate.Options) { o.Promises = 5_000_001 },
		"negative reports": func(o *simulate.Options) { o.Reports = -1 },
		"many reports":     func(o *simulate.Options) { o.Reports = 100_000_001 },
		"no promises":      func(o *simulate.Options) { o.Promises = 0 },
		"no day":           func(o *simulate.Options) { o.Today = "2026-02-29" },
		"too early":        func(o *simulate.Options) { o.Today = "1905-01-01" },
		"reserved name":    func(o *simulate.Options) { o.Name = "static" },
	} {
		o := small()
		change(&o)
		if err := simulate.Write(t.Context(), nil, nil, o); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
