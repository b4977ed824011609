<?php
return ["standard" => 19];
