create table item(id integer primary key, shop int, price int, name text);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000)
  insert into item select i, i % 17, (i * 7919) % 1000, 'item ' || i from n;
create index by_shop on item(shop);
create table shop(id integer primary key, name text);
insert into shop select distinct shop, 'shop ' || shop from item;
select s.name, count(*), sum(i.price) from item i join shop s on s.id = i.shop where i.price > 100 group by s.id order by 3 desc limit 3;
select id, price, rank() over (partition by shop order by price desc) r from item where shop < 4 order by r, id limit 3;
update item set price = price + 1 where name like '%7%';
select sum(price), max(length(name)) from item;
