DROP TABLE notifications;
DROP TABLE server_logins;
