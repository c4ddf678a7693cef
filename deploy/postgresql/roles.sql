-- Three roles and the database. Run once by the administrator of PostgreSQL:
--   sudo -u postgres psql -v ON_ERROR_STOP=1 -f deploy/postgresql/roles.sql
-- Passwords are set afterwards, each with \password, so that none is in a file or a history.
-- What each role may do with each table is granted by `manage.py grant_database_roles`.

\if :{?database}
\else
\set database hongqi
\endif

-- Owns the tables: migrations, grants, backups, the archive. Not used by the running site.
CREATE ROLE hongqi_owner LOGIN;

-- The web processes and the worker. Nothing that it starts may hang or wait for ever.
CREATE ROLE hongqi_web LOGIN CONNECTION LIMIT 120;
ALTER ROLE hongqi_web SET statement_timeout = '60s';
ALTER ROLE hongqi_web SET lock_timeout = '15s';
ALTER ROLE hongqi_web SET idle_in_transaction_session_timeout = '60s';

-- Spreadsheets and statistics of the office: the views of the schema `reports`, read only.
CREATE ROLE hongqi_reports LOGIN CONNECTION LIMIT 5;
ALTER ROLE hongqi_reports SET default_transaction_read_only = on;
ALTER ROLE hongqi_reports SET statement_timeout = '60s';
ALTER ROLE hongqi_reports SET search_path = reports;

CREATE DATABASE :"database" OWNER hongqi_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO hongqi_web, hongqi_reports;
