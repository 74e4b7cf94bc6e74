create table users (id text primary key, name text, home text, quota int, ok bool, note text);
insert into users values ('ann','Ann A','/home/ann',10,1,null),('bob','Bob "B" \ x','/home/bob',null,0,''),('cy','','/home/c y',-3,null,'a
b	c''');
create table t (a real, b blob, c integer);
insert into t values (1.5, x'00ff41', 9223372036854775807),(1e100,x'4142',0);
