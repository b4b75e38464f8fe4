var w=navigator.serviceWorker;w&&(w.register("/sw.js").catch(()=>0),w.ready.then(r=>r.active.postMessage(document.documentElement.outerHTML)))
