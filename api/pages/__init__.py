"""Pages for professionals: server-rendered, without JavaScript, asking nothing of other sites."""
