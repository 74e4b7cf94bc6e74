create table users (id text primary key, name text, home text, quota int, ok bool, note text);
insert into users values ('ann','Ann A','/home/ann',10,true,null),('bob','Bob "B" \ x','/home/bob',null,false,''),('cy','','/home/c y',-3,null,E'a\nb\tc'''),('dé','Dé','/',1,true,'ü');
create table alias (local text, target text);
insert into alias values ('info','ann'),('info','bob');
