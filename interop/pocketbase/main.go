// Pocketbase serves an empty PocketBase with one collection of reports, so that it can be measured beside Kept (TestPhoneRates in
// web). Each commit waits for the disk, as in Kept; everything else is as it comes.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	_ "github.com/pocketbase/pocketbase/migrations"
	_ "modernc.org/sqlite"
)

func main() {
	if err := serve(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func serve(folder string) error {
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: folder, DBConnect: func(path string) (*dbx.DB, error) {
		return dbx.Open("sqlite", path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=journal_size_limit(200000000)&_pragma=synchronous(FULL)&_pragma=foreign_keys(ON)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32000)")
	}})
	if err := app.Bootstrap(); err != nil {
		return err
	}
	if err := app.RunAllMigrations(); err != nil {
		return err
	}
	open := ""
	reports := core.NewBaseCollection("reports")
	reports.CreateRule = &open
	for _, name := range []string{"event", "promise", "day", "state", "note"} {
		reports.Fields.Add(&core.TextField{Name: name})
	}
	reports.Fields.Add(&core.FileField{Name: "picture", MaxSize: 1 << 20})
	if err := app.Save(reports); err != nil {
		return err
	}
	router, err := apis.NewRouter(app)
	if err != nil {
		return err
	}
	mux, err := router.BuildMux()
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("listening on http://%s\n", l.Addr())
	return http.Serve(l, mux)
}
