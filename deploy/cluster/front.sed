# From the proxy's file of a single machine to that of the front before several:
# sed -f deploy/cluster/front.sed deploy/nginx/survey.conf > /etc/nginx/conf.d/survey.conf
# The machines stand in upstream.conf, next to it.
/^upstream survey_program {/,/^}/d
# Who reads is led to the next machine also where one vanished without refusing. An answer is led on
# only while it wasn't sent: nginx repeats no POST that a machine may have taken. It would count once,
# by its key, but only its sender knows whether it is still wanted, and has it to send again.
s/proxy_next_upstream error;/proxy_next_upstream error timeout; proxy_next_upstream_timeout 5s;/
/location ^~ \/admin\/ {/,/}/s/survey_program/survey_newsroom/
